// Assertions about a value itself: what it is, what it equals, how large it is.

import { addChainableMethod, addMethod, addProperty, flag } from './assertion.js';
import { deepEqual } from './equal.js';
import { inspect, typeOf } from './inspect.js';

function alias(names, add) {
  for (const name of names) add(name);
}

/** Assertions may carry the name of the value as their last argument. */
function named(assertion, message) {
  if (message !== undefined) flag(assertion, 'message', message);
}

alias(['a', 'an'], (name) => addChainableMethod(name, function a(type, message) {
  named(this, message);
  const wanted = String(type).toLowerCase();
  const article = 'aeiou'.includes(wanted[0]) ? 'an ' : 'a ';
  const object = flag(this, 'object');
  this.assert(
    wanted === typeOf(object).toLowerCase(),
    `expected #{this} to be ${article}${wanted}`,
    `expected #{this} not to be ${article}${wanted}`,
  );
}));

/** An assertion without arguments. */
function simple(name, test, text, negated, expected) {
  addProperty(name, function assertSimple() {
    const object = flag(this, 'object');
    this.assert(test(object), `expected #{this} ${text}`, `expected #{this} ${negated}`, expected);
  });
}

simple('ok', (v) => Boolean(v), 'to be truthy', 'to be falsy');
simple('true', (v) => v === true, 'to be true', 'to be false', true);
simple('false', (v) => v === false, 'to be false', 'to be true', false);
simple('null', (v) => v === null, 'to be null', 'not to be null');
simple('undefined', (v) => v === undefined, 'to be undefined', 'not to be undefined');
simple('NaN', (v) => Number.isNaN(v), 'to be NaN', 'not to be NaN');
alias(['exist', 'exists'], (name) => {
  simple(name, (v) => v !== null && v !== undefined, 'to exist', 'to not exist');
});
simple('extensible', (v) => Object(v) === v && Object.isExtensible(v), 'to be extensible',
  'to not be extensible');
simple('sealed', (v) => Object(v) !== v || Object.isSealed(v), 'to be sealed', 'to not be sealed');
simple('frozen', (v) => Object(v) !== v || Object.isFrozen(v), 'to be frozen', 'to not be frozen');
simple('finite', (v) => typeof v === 'number' && Number.isFinite(v), 'to be a finite number',
  'to not be a finite number');

alias(['arguments', 'Arguments'], (name) => addProperty(name, function isArguments() {
  const type = typeOf(flag(this, 'object'));
  this.assert(type === 'Arguments', `expected #{this} to be arguments but got ${type}`,
    'expected #{this} to not be arguments');
}));

addProperty('empty', function empty() {
  const object = flag(this, 'object');
  const type = typeOf(object);
  let count;
  if (type === 'Array' || type === 'string') count = object.length;
  else if (type === 'Map' || type === 'Set') count = object.size;
  else if (object !== null && typeof object === 'object') count = Object.keys(object).length;
  else this.refuse(`.empty was passed ${typeof object} ${inspect(object)}`);
  this.assert(count === 0, 'expected #{this} to be empty', 'expected #{this} not to be empty');
});

function assertEql(value, message) {
  named(this, message);
  this.assert(deepEqual(value, flag(this, 'object')), 'expected #{this} to deeply equal #{exp}',
    'expected #{this} to not deeply equal #{exp}', value);
}

alias(['eql', 'eqls'], (name) => addMethod(name, assertEql));
alias(['equal', 'equals', 'eq'], (name) => addMethod(name, function equal(value, message) {
  named(this, message);
  if (flag(this, 'deep')) {
    assertEql.call(this, value);
  } else {
    this.assert(value === flag(this, 'object'), 'expected #{this} to equal #{exp}',
      'expected #{this} to not equal #{exp}', value);
  }
}));

function isComparable(value) {
  return typeof value === 'number' || value instanceof Date;
}

function requireLimit(value, name, isDate) {
  if (!isComparable(value) || (value instanceof Date) !== isDate) {
    throw new TypeError(`the argument to ${name} must be a ${isDate ? 'date' : 'number'}`);
  }
}

/** What a map or a set has instead of a length. */
export function lengthWord(object) {
  return object instanceof Map || object instanceof Set ? 'size' : 'length';
}

/** What is compared: the value, or its length after .lengthOf. */
function measured(assertion) {
  const object = flag(assertion, 'object');
  if (!flag(assertion, 'doLength')) {
    if (!isComparable(object)) {
      assertion.refuse('expected #{this} to be a number or a date');
    }
    return object;
  }
  if (lengthWord(object) === 'size') return object.size;
  assertion.about(object).to.have.property('length');
  return object.length;
}

function comparison(names, test, text, negated, lengthNegated) {
  alias(names, (name) => addMethod(name, function compare(limit, message) {
    named(this, message);
    const value = measured(this);
    requireLimit(limit, name, value instanceof Date);
    if (flag(this, 'doLength')) {
      const word = lengthWord(flag(this, 'object'));
      this.assert(test(value, limit),
        `expected #{this} to have a ${word} ${text} #{exp} but got #{act}`,
        `expected #{this} to ${lengthNegated.replace('length', word)} #{exp}`, limit, value);
    } else {
      this.assert(test(value, limit), `expected #{this} to be ${text} #{exp}`,
        `expected #{this} to be ${negated} #{exp}`, limit, value);
    }
  }));
}

comparison(['above', 'gt', 'greaterThan'], (a, b) => a > b, 'above', 'at most',
  'not have a length above');
comparison(['least', 'gte', 'greaterThanOrEqual'], (a, b) => a >= b, 'at least', 'below',
  'have a length below');
comparison(['below', 'lt', 'lessThan'], (a, b) => a < b, 'below', 'at least',
  'not have a length below');
comparison(['most', 'lte', 'lessThanOrEqual'], (a, b) => a <= b, 'at most', 'above',
  'have a length above');

function rangeText(start, finish) {
  const text = (limit) => (limit instanceof Date ? limit.toISOString() : limit);
  return `${text(start)}..${text(finish)}`;
}

// `between` is what the library before this one had.
alias(['within', 'between'], (name) => addMethod(name, function within(start, finish, message) {
  named(this, message);
  const value = measured(this);
  requireLimit(start, name, value instanceof Date);
  requireLimit(finish, name, value instanceof Date);
  const length = flag(this, 'doLength') && lengthWord(flag(this, 'object'));
  const text = `${length ? `have a ${length}` : 'be'} within ${rangeText(start, finish)}`;
  this.assert(value >= start && value <= finish, `expected #{this} to ${text}`,
    `expected #{this} to not ${text}`, undefined, value);
}));

alias(['closeTo', 'approximately'], (name) => addMethod(name, function closeTo(value, delta, text) {
  named(this, text);
  const object = flag(this, 'object');
  this.about(object).is.a('number');
  if (typeof value !== 'number' || typeof delta !== 'number') {
    throw new TypeError(`the arguments to ${name} must be numbers, and a delta is required`);
  }
  const range = `be close to ${value} +/- ${delta}`;
  this.assert(Math.abs(object - value) <= delta, `expected #{this} to ${range}`,
    `expected #{this} not to ${range}`);
}));

alias(['instanceof', 'instanceOf'], (name) => addMethod(name, function isInstance(type, message) {
  named(this, message);
  if (typeof type !== 'function') {
    throw new TypeError(`the instanceof assertion needs a constructor, got ${inspect(type)}`);
  }
  const shown = type.name || 'an unnamed constructor';
  this.assert(flag(this, 'object') instanceof type,
    `expected #{this} to be an instance of ${shown}`,
    `expected #{this} to not be an instance of ${shown}`);
}));

alias(['match', 'matches'], (name) => addMethod(name, function match(pattern, message) {
  named(this, message);
  this.assert(pattern.exec(flag(this, 'object')) !== null, `expected #{this} to match ${pattern}`,
    `expected #{this} not to match ${pattern}`);
}));

addMethod('string', function string(text, message) {
  named(this, message);
  const object = flag(this, 'object');
  this.about(object).is.a('string');
  this.assert(object.includes(text), `expected #{this} to contain ${inspect(text)}`,
    `expected #{this} to not contain ${inspect(text)}`);
});

// Of this library, not of Chai:

function assertJsonBody(message) {
  named(this, message);
  const response = flag(this, 'object');
  let valid = true;
  try {
    JSON.parse(typeof response.body === 'string' ? response.body : JSON.stringify(response.json()));
  } catch (error) {
    valid = false;
  }
  const subject = flag(this, 'message') === undefined ? '' : `${flag(this, 'message')} `;
  this.assert(valid, `${subject}has valid json body`, `${subject}has no valid json body`);
}

addMethod('validJsonBody', assertJsonBody);

/** Keeps the value, such as a token, out of names and logs. */
addMethod('anonymize', function anonymize(fn) {
  flag(this, 'secret', typeof fn === 'function' ? fn : () => '<anonymized>');
});
