// papaparse's parse(): finds out the delimiter and the newline, and makes of each row what the
// config asks for.

import { BAD_DELIMITERS, BYTE_ORDER_MARK, RECORD_SEP, UNIT_SEP } from './constants.js';
import { readRows } from './rows.js';

const GUESSES = [',', '\t', '|', ';', RECORD_SEP, UNIT_SEP];
const NUMBER = /^\s*-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/;
// Papa Parse 5.1.1 asks only whether a field contains a date.
const ISO_DATE =
  /\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(:[0-5]\d(\.\d+)?)?([+-][0-2]\d:[0-5]\d|Z)/;
// Beyond it a number loses digits.
const MAX_NUMBER = 2 ** 53;

function guessNewline(input, quote) {
  let text = input.slice(0, 1024 * 1024);
  // A newline inside quotes says nothing about the rows.
  if (quote) {
    const parts = text.split(quote);
    const last = parts.length - 1;
    // The rest behind a quote without a second one is not quoted.
    text = parts.filter((_, i) => i % 2 === 0 || i === last).join('');
  }
  const firstReturn = text.indexOf('\r');
  const firstNewline = text.indexOf('\n');
  if (firstReturn < 0 || (firstNewline >= 0 && firstNewline < firstReturn)) return '\n';
  const lines = text.split('\r');
  const pairs = lines.filter((line, i) => i > 0 && line.startsWith('\n')).length;
  return pairs * 2 >= lines.length ? '\r\n' : '\r';
}

/**
 * The delimiter by which the first rows have the most fields, if not less evenly than by another;
 * null when none makes two fields a row. Papa Parse looks for double quotes here in any case.
 */
function guessDelimiter(input, options, config) {
  const guess = { ...options, quote: '"', escape: '"', limit: 10 };
  let best = null;
  for (const delimiter of config.delimitersToGuess || GUESSES) {
    const { rows } = readRows(input, { ...guess, delimiter });
    const skip = config.skipEmptyLines;
    const used = skip ? rows.filter((row) => !isEmptyRow(row, skip)) : rows;
    const fields = used.reduce((sum, row) => sum + row.length, 0) / (used.length || 1);
    let uneven = 0;
    for (let i = 1; i < used.length; i += 1) {
      uneven += Math.abs(used[i].length - used[i - 1].length);
    }
    const better = best === null || (uneven <= best.uneven && fields > best.fields);
    if (fields > 1.99 && better) best = { delimiter, uneven, fields };
  }
  return best && best.delimiter;
}

function isEmptyRow(row, mode) {
  if (mode === 'greedy') return row.join('').trim() === '';
  return row.length === 1 && row[0].length === 0;
}

function typed(value) {
  if (typeof value !== 'string') return value;
  if (value === 'true' || value === 'TRUE') return true;
  if (value === 'false' || value === 'FALSE') return false;
  if (value === '') return null;
  if (NUMBER.test(value)) {
    const number = parseFloat(value);
    return number > -MAX_NUMBER && number < MAX_NUMBER ? number : value;
  }
  return ISO_DATE.test(value) ? new Date(value) : value;
}

/** Which fields are to be typed; a function is asked once a field. */
function typingOf(dynamicTyping) {
  if (typeof dynamicTyping === 'function') {
    const answers = new Map();
    return (field) => {
      if (!answers.has(field)) answers.set(field, Boolean(dynamicTyping(field)));
      return answers.get(field);
    };
  }
  if (dynamicTyping !== null && typeof dynamicTyping === 'object') {
    return (field) => dynamicTyping[field] === true;
  }
  return () => dynamicTyping === true;
}

function makeConverter(config) {
  const isTyped = typingOf(config.dynamicTyping);
  return (text, field) => {
    const value = config.transform ? config.transform(text, field) : text;
    return isTyped(field) ? typed(value) : value;
  };
}

function mismatch(row, expected, found) {
  const [code, word] = found > expected ? ['TooManyFields', 'many'] : ['TooFewFields', 'few'];
  const message = `Too ${word} fields: expected ${expected} fields but parsed ${found}`;
  return { type: 'FieldMismatch', code, message, row };
}

/** An object of a row and its header; fields without a name go to `__parsed_extra`. */
function withHeader(row, fields, convert) {
  const object = {};
  for (let i = 0; i < row.length; i += 1) {
    if (i < fields.length) {
      object[fields[i]] = convert(row[i], fields[i]);
    } else {
      object.__parsed_extra = object.__parsed_extra || [];
      object.__parsed_extra.push(convert(row[i], '__parsed_extra'));
    }
  }
  return object;
}

function readOptions(input, config) {
  const quote = config.quoteChar === undefined ? '"' : config.quoteChar;
  const options = {
    quote,
    escape: config.escapeChar === undefined || config.escapeChar === null
      ? quote : config.escapeChar,
    comments: config.comments === true ? '#' : config.comments || null,
    newline: ['\n', '\r', '\r\n'].includes(config.newline)
      ? config.newline : guessNewline(input, quote),
    limit: 0,
    delimiter: config.delimiter,
  };
  if (typeof options.delimiter === 'function') options.delimiter = options.delimiter(input);
  const errors = [];
  if (!options.delimiter) {
    options.delimiter = guessDelimiter(input, options, config);
    if (options.delimiter === null) {
      options.delimiter = ',';
      const message = "Unable to auto-detect delimiting character; defaulted to ','";
      errors.push({ type: 'Delimiter', code: 'UndetectableDelimiter', message });
    }
  } else if (typeof options.delimiter !== 'string' || BAD_DELIMITERS.includes(options.delimiter)) {
    options.delimiter = ',';
  }
  if (options.comments === options.delimiter) {
    throw new Error('Comment character same as delimiter');
  }
  const preview = parseInt(config.preview, 10) || 0;
  // The preview counts rows of data.
  options.limit = preview > 0 ? preview + (config.header ? 1 : 0) : 0;
  return { options, errors };
}

/** Hands the rows over one by one, until the callback aborts. */
function stepThrough(results, step) {
  const parser = {
    abort() { results.meta.aborted = true; },
    pause() { throw new Error('papaparse: a text cannot be paused, only aborted'); },
    resume() {},
  };
  for (let i = 0; i < results.data.length && !results.meta.aborted; i += 1) {
    const errors = results.errors.filter((error) => error.row === i);
    step({ data: results.data[i], errors, meta: results.meta }, parser);
  }
  return { data: [], errors: [], meta: results.meta };
}

function checkInput(input, config) {
  if (typeof input !== 'string') {
    const kind = input === null ? 'null' : typeof input;
    throw new TypeError(`papaparse: parse() takes text, got ${kind}; read files with open(path)`);
  }
  if (config.worker || config.download) {
    throw new Error(
      'papaparse: "worker" and "download" need a browser; read files with open(path)',
    );
  }
}

/** Rows of CSV text: {data, errors, meta}, see https://www.papaparse.com/docs. */
export function parse(text, userConfig) {
  const config = userConfig || {};
  checkInput(text, config);
  const input = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  const { options, errors } = readOptions(input, config);
  const read = readRows(input, options);
  errors.unshift(...read.errors);

  let { rows } = read;
  if (config.skipEmptyLines) {
    rows = rows.filter((row) => !isEmptyRow(row, config.skipEmptyLines));
  }
  const meta = {
    delimiter: options.delimiter,
    linebreak: options.newline,
    aborted: false,
    truncated: read.truncated,
    cursor: read.cursor,
  };
  const convert = makeConverter(config);
  let data;
  if (config.header) {
    const rename = config.transformHeader || ((name) => name);
    meta.fields = (rows[0] || []).map((name, i) => rename(name, i));
    data = rows.slice(1).map((row, i) => {
      if (row.length !== meta.fields.length) {
        errors.push(mismatch(i, meta.fields.length, row.length));
      }
      return withHeader(row, meta.fields, convert);
    });
  } else if (config.dynamicTyping || config.transform) {
    data = rows.map((row) => row.map(convert));
  } else {
    data = rows;
  }

  let results = { data, errors, meta };
  if (typeof config.step === 'function') results = stepThrough(results, config.step);
  else if (typeof config.chunk === 'function') config.chunk(results);
  if (typeof config.complete === 'function') config.complete(results);
  return results;
}
