// Module `k6/metrics`: Counter, Gauge, Rate, Trend.

import { add, register } from 'native:metrics';
import { warn } from 'native:log';
import { testOption } from 'squall:options';
import { isInit } from 'squall:phase';
import { tagSet } from 'squall:tags';
import { textOf } from 'squall:words';

const COUNTER = 0;
const GAUGE = 1;
const RATE = 2;
const TREND = 3;

const NO_TAGS = 0;

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{1,128}$/;

// `name` and `add` belong to the object itself, as in k6: `const { add } = counter` works.
function declare(metric, kind, givenName, isTime) {
  if (!isInit) {
    throw new Error('metrics must be declared in the init context');
  }
  const name = textOf(givenName);
  if (!NAME.test(name)) {
    throw new Error(
      `Invalid metric name: '${name}'. Metric names must only include up to 128 ASCII letters, ` +
        'numbers, or underscores and start with a letter or an underscore.',
    );
  }
  const number = registered(name, kind, Boolean(isTime));
  Object.defineProperty(metric, 'name', { value: name, enumerable: true });
  metric.add = (value, tags) => sample(number, name, value, tags);
}

// The host tells in its own words what a known metric is.
const OTHER_KIND = /already declared as an? (\w+) and cannot also be an? (\w+)/;
const OTHER_CONTENT = /values of type (\w+) and cannot also have values of type (\w+)/;

function registered(name, kind, isTime) {
  try {
    return register(name, kind, isTime);
  } catch (error) {
    const kinds = OTHER_KIND.exec(error.message);
    const contents = OTHER_CONTENT.exec(error.message)?.map((text) => text.toLowerCase());
    if (kinds !== null) {
      error.message =
        `metric '${name}' already exists but with type ${kinds[1]}, instead of ${kinds[2]}`;
    } else if (contents !== undefined) {
      error.message =
        `metric '${name}' already exists but with a value type ${contents[1]}, ` +
        `instead of ${contents[2]}`;
    }
    throw error;
  }
}

function sample(number, name, value, tags) {
  if (isInit) {
    throw new Error('Adding to metrics in the init context is not supported');
  }
  const amount = typeof value === 'number' ? value : amountOf(value);
  if (Number.isNaN(amount)) {
    return refuse(name, value);
  }
  if (tags === undefined || tags === null) {
    add(number, amount, NO_TAGS);
    return true;
  }
  let tagsId;
  try {
    tagsId = tagSet(tags);
  } catch (error) {
    error.message = `cannot add tags for the '${name}' custom metric: ${error.message}`;
    throw error;
  }
  add(number, amount, tagsId);
  return true;
}

// NaN for what is no number; nothing is none, though JavaScript takes `null` for 0. What counts as
// true and is 0 as a number, as `'0'`, is 1, as in k6.
function amountOf(value) {
  if (value === undefined || value === null) {
    return NaN;
  }
  const amount = Number(value);
  return amount === 0 && value ? 1 : amount;
}

// An error with the option `throw`, else a warning.
function refuse(name, value) {
  const message =
    `'${textOf(value) || String(value)}' is an invalid value for metric '${name}', ` +
    'a number or a boolean value is expected';
  if (testOption('throw')) {
    throw new Error(message);
  }
  warn(message);
  return false;
}

export class Counter {
  constructor(name, isTime) {
    declare(this, COUNTER, name, isTime);
  }
}

export class Gauge {
  constructor(name, isTime) {
    declare(this, GAUGE, name, isTime);
  }
}

export class Rate {
  constructor(name, isTime) {
    declare(this, RATE, name, isTime);
  }
}

export class Trend {
  constructor(name, isTime) {
    declare(this, TREND, name, isTime);
  }
}

export default { Counter, Gauge, Rate, Trend };
