// Cuts CSV text into rows of strings: the inner half of papaparse's parse().
//
// A quote opens a quoted field only at the field's start; the last line counts even when it is
// empty, as in Papa Parse.

function plainRows(input, options) {
  const { delimiter, newline, comments, limit } = options;
  const rows = [];
  let cursor = 0;
  let ended = false;
  while (!ended && (limit === 0 || rows.length < limit)) {
    const found = input.indexOf(newline, cursor);
    const end = found < 0 ? input.length : found;
    if (!comments || !input.startsWith(comments, cursor)) {
      rows.push(input.substring(cursor, end).split(delimiter));
    }
    ended = found < 0;
    cursor = ended ? input.length : end + newline.length;
  }
  // A text that ends with the last row that was asked for is whole.
  return { rows, errors: [], cursor, truncated: !ended };
}

const SPACE = /\s/;

/** Where the quoted text that starts at `from` ends, and what is wrong with it. */
function quotedEnd(input, from, options, report) {
  const { delimiter, newline, quote, escape } = options;
  let search = from;
  for (;;) {
    const at = input.indexOf(quote, search);
    if (at < 0) {
      report('MissingQuotes', 'Quoted field unterminated', from - quote.length);
      return { end: input.length, next: input.length, open: true };
    }
    if (escape === quote && input.startsWith(quote, at + quote.length)) {
      search = at + 2 * quote.length;
      continue;
    }
    if (escape !== quote && at > from && input.startsWith(escape, at - escape.length)) {
      search = at + quote.length;
      continue;
    }
    const closes = (next) => input.startsWith(delimiter, next) || input.startsWith(newline, next);
    let next = at + quote.length;
    if (next === input.length) return { end: at, next };
    // Spaces between the closing quote and the delimiter are no part of the field.
    while (!closes(next) && SPACE.test(input.charAt(next))) next += 1;
    if (closes(next)) return { end: at, next };
    report('InvalidQuotes', 'Trailing quote on quoted field is malformed', from - quote.length);
    search = at + quote.length;
  }
}

function unescapeQuotes(text, options) {
  const { quote, escape } = options;
  return text.includes(escape + quote) ? text.split(escape + quote).join(quote) : text;
}

/** Reads fields one by one; `done` when the text has ended. */
class Reader {
  constructor(input, options, report) {
    this.input = input;
    this.options = options;
    this.report = report;
    this.cursor = 0;
    this.done = false;
    // The next delimiter and newline, kept so that a long text is searched once.
    this.delimiterAt = -1;
    this.newlineAt = -1;
  }

  nextOf(sign, known) {
    if (known >= this.cursor) return known;
    const at = this.input.indexOf(sign, this.cursor);
    return at < 0 ? Infinity : at;
  }

  /** True when the line that starts here is a comment; it is behind us then. */
  skipComment() {
    const { comments, newline } = this.options;
    if (!comments || !this.input.startsWith(comments, this.cursor)) return false;
    const at = this.input.indexOf(newline, this.cursor);
    this.done = at < 0;
    this.cursor = at < 0 ? this.input.length : at + newline.length;
    return true;
  }

  /** The next field, and whether it is the last one of its row. */
  field() {
    const { delimiter, newline, quote } = this.options;
    const { input } = this;
    let text;
    if (quote && input.startsWith(quote, this.cursor)) {
      const from = this.cursor + quote.length;
      const { end, next, open } = quotedEnd(input, from, this.options, this.report);
      text = input.substring(from, end);
      if (!open) text = unescapeQuotes(text, this.options);
      this.cursor = next;
    }
    this.delimiterAt = this.nextOf(delimiter, this.delimiterAt);
    this.newlineAt = this.nextOf(newline, this.newlineAt);
    const end = Math.min(this.delimiterAt, this.newlineAt, input.length);
    if (text === undefined) text = input.substring(this.cursor, end);
    if (this.delimiterAt < this.newlineAt) {
      this.cursor = end + delimiter.length;
      return { text, last: false };
    }
    this.done = this.newlineAt === Infinity;
    this.cursor = this.done ? input.length : end + newline.length;
    return { text, last: true };
  }
}

/**
 * The rows of a text.
 *
 * options: delimiter, newline, quote (null for none), escape, comments (null for none),
 * limit (0 for all rows).
 */
export function readRows(input, options) {
  if (input.length === 0) return { rows: [], errors: [], cursor: 0, truncated: false };
  if (!options.quote || !input.includes(options.quote)) return plainRows(input, options);

  const rows = [];
  const errors = [];
  const report = (code, message, index) => {
    errors.push({ type: 'Quotes', code, message, row: rows.length, index });
  };
  const reader = new Reader(input, options, report);
  while (!reader.done && (options.limit === 0 || rows.length < options.limit)) {
    if (!reader.skipComment()) {
      const row = [];
      for (let last = false; !last;) {
        const field = reader.field();
        row.push(field.text);
        last = field.last;
      }
      rows.push(row);
    }
  }
  return { rows, errors, cursor: reader.cursor, truncated: !reader.done };
}
