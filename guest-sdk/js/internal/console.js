// `console`: values as k6 prints them, into the log of the run.

import { write } from 'native:log';

const DEBUG = 0;
const INFO = 1;
const WARN = 2;
const ERROR = 3;

const ESCAPED = /[<>&\u2028\u2029]/g;

const escape = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

// Objects are JSON, in the dialect of k6; what cannot be JSON is as `String` has it.
function json(value) {
  let text;
  try {
    text = JSON.stringify(value) ?? 'null';
  } catch {
    return textOfObject(value);
  }
  return text.replace(ESCAPED, escape);
}

function textOfObject(value) {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function format(value) {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? value : value.toWellFormed();
    case 'object':
      return value === null ? 'null' : json(value);
    case 'function':
      return 'null';
    case 'symbol':
      return value.description ?? '';
    default:
      return String(value);
  }
}

function print(level, values) {
  if (values.length === 1) {
    write(level, format(values[0]));
    return;
  }
  let line = '';
  for (let i = 0; i < values.length; i++) {
    line += i === 0 ? format(values[i]) : ` ${format(values[i])}`;
  }
  write(level, line);
}

const console = {
  log(...values) {
    print(INFO, values);
  },
  debug(...values) {
    print(DEBUG, values);
  },
  info(...values) {
    print(INFO, values);
  },
  warn(...values) {
    print(WARN, values);
  },
  error(...values) {
    print(ERROR, values);
  },
};

Object.defineProperty(globalThis, 'console', {
  value: console,
  writable: true,
  configurable: true,
  enumerable: true,
});
