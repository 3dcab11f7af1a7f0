// papaparse's unparse(): CSV text of rows or of objects.

import { BAD_DELIMITERS } from './constants.js';

function settings(config) {
  const all = {
    quotes: false, quoteChar: '"', delimiter: ',', newline: '\r\n', header: true,
    skipEmptyLines: false, columns: null, ...config,
  };
  if (typeof all.delimiter !== 'string' || all.delimiter === '' ||
      BAD_DELIMITERS.includes(all.delimiter)) {
    all.delimiter = ',';
  }
  // null means the same as left out.
  if (typeof all.quoteChar !== 'string') all.quoteChar = '"';
  if (typeof all.newline !== 'string') all.newline = '\r\n';
  if (typeof all.escapeChar !== 'string') all.escapeChar = all.quoteChar;
  if (Array.isArray(all.columns) && all.columns.length === 0) {
    throw new Error('Option columns is empty');
  }
  return all;
}

function mustQuote(text, value, column, config) {
  const { quotes } = config;
  if (quotes === true) return true;
  if (typeof quotes === 'function') {
    if (quotes(value, column)) return true;
  } else if (Array.isArray(quotes) && quotes[column]) {
    return true;
  }
  const special = [config.quoteChar, config.delimiter, ...BAD_DELIMITERS];
  return special.some((sign) => text.includes(sign)) || text.startsWith(' ') || text.endsWith(' ');
}

function cell(value, column, config) {
  if (value === null || value === undefined) return '';
  // A date needs no quotes, not even where all fields shall have them.
  if (value instanceof Date) return value.toISOString();
  const text = String(value);
  if (!mustQuote(text, value, column, config)) return text;
  const { quoteChar, escapeChar } = config;
  return quoteChar + text.split(quoteChar).join(escapeChar + quoteChar) + quoteChar;
}

function isEmpty(values, mode) {
  const texts = values.map((value) => (value === null || value === undefined ? '' : `${value}`));
  if (mode === 'greedy') return texts.join('').trim() === '';
  return texts.join('') === '';
}

/** `rows` are arrays or objects; the keys of objects are `fields`, or those of the first one. */
function serialize(fields, rows, config) {
  const lines = [];
  const line = (values) => values.map((v, i) => cell(v, i, config)).join(config.delimiter);
  if (config.header && fields.length > 0) lines.push(line(fields));
  for (const row of rows) {
    // Papa Parse writes an empty line for an object without any field.
    const bare = Object.keys(row).length === 0;
    const cells = Array.isArray(row) ? row : fields.map((field) => row[field]);
    const values = bare ? [] : cells;
    if (!config.skipEmptyLines || !isEmpty(values, config.skipEmptyLines)) {
      lines.push(line(values));
    }
  }
  return lines.join(config.newline);
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** CSV text of an array of arrays, of an array of objects, or of {fields, data}. */
export function unparse(input, userConfig) {
  const config = settings(userConfig);
  const data = typeof input === 'string' ? JSON.parse(input) : input;
  if (Array.isArray(data)) {
    if (data.length === 0 || Array.isArray(data[0])) return serialize([], data, config);
    if (isObject(data[0])) {
      return serialize(config.columns || Object.keys(data[0]), data, config);
    }
  } else if (isObject(data)) {
    let rows = typeof data.data === 'string' ? JSON.parse(data.data) : data.data || [];
    // A single row may come without an array around it.
    if (rows.length > 0 && !Array.isArray(rows[0]) && !isObject(rows[0])) rows = [rows];
    let fields = data.fields || (data.meta && data.meta.fields) || config.columns;
    if (!fields) fields = isObject(rows[0]) ? Object.keys(rows[0]) : [];
    return serialize(fields, rows, config);
  }
  throw new Error('Unable to serialize unrecognized input');
}
