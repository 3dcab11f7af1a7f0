// `console`: values as k6 prints them, into the log of the run.

import { write } from 'native:log';

const DEBUG = 0;
const INFO = 1;
const WARN = 2;
const ERROR = 3;

function format(value) {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'function' ? '[object Function]' : String(value);
  }
  return JSON.stringify(value);
}

function at(level) {
  return (...values) => write(level, values.map(format).join(' '));
}

const console = {
  log: at(INFO),
  debug: at(DEBUG),
  info: at(INFO),
  warn: at(WARN),
  error: at(ERROR),
};

Object.defineProperty(globalThis, 'console', {
  value: console,
  writable: true,
  configurable: true,
  enumerable: false,
});
