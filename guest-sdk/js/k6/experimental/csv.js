// Module `k6/experimental/csv`: records of CSV files, all of them as a shared array, or one by one.

import { fileBytes, findRows } from 'native:data';
import { nextRecord, publishRecords } from 'native:csv';
import { isFile, placeIn } from 'squall:files';
import { isInit } from 'squall:phase';
import { arrayOfRows } from 'squall:rows';

const COMMA = 44;
const NO_DELIMITERS = '"\r\n';

// What `place` in a file consists of.
const OFFSET = 0;

const noReader = 'failed to create a new parser; reason: the reader cannot be nil';

function fileOf(source) {
  if (typeof source !== 'object') {
    const found = typeof source;
    throw new Error(`first argument expected to be a fs.File instance, got ${found} instead`);
  }
  if (source === null || !isFile(source)) {
    throw new Error(noReader);
  }
  return source;
}

// A number of lines; what is none is 0.
function linesOf(value) {
  const lines = Math.trunc(Number(value ?? 0));
  return Number.isFinite(lines) ? lines : 0;
}

function delimiterOf(options) {
  if (!('delimiter' in options)) {
    return COMMA;
  }
  const delimiter = String(options.delimiter);
  if (delimiter.length !== 1 || delimiter.charCodeAt(0) > 127) {
    throw new Error('delimiter must be a single character');
  }
  if (NO_DELIMITERS.includes(delimiter)) {
    throw new Error('csv: invalid field or comment delimiter');
  }
  return delimiter.charCodeAt(0);
}

function optionsOf(given) {
  const options = Object(given ?? {});
  const read = {
    delimiter: delimiterOf(options),
    skipsFirst: Boolean(options.skipFirstLine),
    asObjects: Boolean(options.asObjects),
    from: linesOf(options.fromLine),
    to: linesOf(options.toLine),
  };
  if (read.to > 0 && read.from >= read.to) {
    throw new Error('fromLine must be less than or equal to toLine');
  }
  return read;
}

function checkTogether({ asObjects, from, skipsFirst, to }) {
  for (const [name, lines] of [['fromLine', from], ['toLine', to]]) {
    if (lines < 0) {
      throw new Error(`the '${name}' option must be greater than or equal to 0; got ${lines}`);
    }
  }
  if (asObjects && skipsFirst) {
    throw new Error("the 'header' option cannot be enabled when 'skipFirstLine' is true");
  }
  if (asObjects && from > 0) {
    throw new Error(
      "the 'header' option cannot be enabled when 'fromLine' is set to a value greater than 0",
    );
  }
}

// Reads records from where the file is read. Lines are counted from 0; the first may be the header.
class Records {
  constructor(file, options) {
    checkTogether(options);
    this.options = options;
    this.source = placeIn(file);
    // Offset in bytes, lines, fields of a record.
    this.place = [this.source.offsetBytes, 0, 0];
    this.line = 0;
    this.header = options.asObjects ? this.#readHeader() : undefined;
    this.#skip(Math.max(options.from, options.skipsFirst ? 1 : 0));
  }

  read() {
    this.place[OFFSET] = this.source.offsetBytes;
    const record = nextRecord(this.source.number, this.place, this.options.delimiter);
    this.source.offsetBytes = this.place[OFFSET];
    this.line += 1;
    return record;
  }

  // How many records may still be read.
  left() {
    return this.options.to > 0 ? this.options.to + 1 - this.line : Infinity;
  }

  #readHeader() {
    const header = this.read();
    if (header === undefined) {
      throw new Error('failed to read the first line; reason: EOF');
    }
    return header;
  }

  #skip(lines) {
    while (this.line < lines) {
      if (this.read() === undefined) {
        throw new Error(`failed to skip lines until line ${lines}; reason: EOF`);
      }
    }
  }
}

// An error of `make`, with what it means before it.
function explaining(what, make) {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}; reason: ${error.message}`);
  }
}

const recordsOf = (file, options) =>
  explaining('failed to create a new parser', () => new Records(file, options));

export async function parse(source, given) {
  const file = fileOf(source);
  const options = explaining('failed to interpret the provided Parser options', () =>
    optionsOf(given),
  );
  const place = placeIn(file);
  // Where the reading starts and how it goes decide what the rows are.
  const name = `squall:csv:${file.path}:${place.offsetBytes}:${JSON.stringify(options)}`;
  const number = findRows(name) ?? publishAll(name, file, options);
  place.offsetBytes = fileBytes(place.number);
  return arrayOfRows(number);
}

function publishAll(name, file, options) {
  const records = recordsOf(file, options);
  const { header, place, source } = records;
  place[OFFSET] = source.offsetBytes;
  return explaining('failed to read record', () =>
    publishRecords(name, source.number, place, options.delimiter, header, records.left()),
  );
}

export class Parser {
  #records;

  constructor(source, given) {
    if (!isInit) {
      throw new Error('csv Parser constructor must be called in the init context');
    }
    if (source === undefined || source === null) {
      throw new Error('csv Parser constructor takes at least one non-nil source argument');
    }
    const file = fileOf(source);
    const options = explaining('encountered an error while interpreting Parser options', () =>
      optionsOf(given),
    );
    this.#records = recordsOf(file, options);
    // It belongs to the object itself, as in k6.
    this.next = async () => this.#next();
  }

  #next() {
    const records = this.#records;
    const record = records.left() > 0 ? records.read() : undefined;
    if (record === undefined) {
      return { done: true, value: [] };
    }
    const { header } = records;
    if (header === undefined) {
      return { done: false, value: record };
    }
    return { done: false, value: Object.fromEntries(header.map((name, i) => [name, record[i]])) };
  }
}

export default { parse, Parser };
