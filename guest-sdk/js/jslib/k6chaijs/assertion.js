// The chain that expect() starts: its words, its flags, and how the end of it becomes a check.

import { check } from 'k6';
import exec from 'k6/execution';
import { config } from './config.js';
import { inspect, truncate } from './inspect.js';

const FLAGS = Symbol('flags');

export class AssertionError extends Error {
  constructor(message, properties = {}) {
    super(message);
    this.name = 'AssertionError';
    Object.assign(this, properties);
  }
}

/** A flag of a chain; with a third argument, sets it. */
export function flag(assertion, name, ...value) {
  if (value.length > 0) [assertion[FLAGS][name]] = value;
  return assertion[FLAGS][name];
}

// Asked for by await, by JSON and by debuggers, which take every object.
const TOLERATED = ['then', 'catch', 'inspect', 'toJSON', 'constructor', 'asymmetricMatch'];

/** A misspelt assertion would pass without a word, hence unknown properties throw. */
function guard(target) {
  if (!config.useProxy) return target;
  return new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === 'string' && !(name in object) && !TOLERATED.includes(name)) {
        throw new Error(`Invalid Chai property: ${name}`);
      }
      return Reflect.get(object, name, receiver);
    },
  });
}

function fill(template, subject, expected, actual) {
  return template
    .replace(/#\{this\}/g, () => subject)
    .replace(/#\{exp\}/g, () => expected)
    .replace(/#\{act\}/g, () => actual);
}

function shown(value) {
  return truncate(inspect(value), config.truncateVariableThreshold);
}

/** The name of the check; without values where checks are aggregated. */
function checkName(flags, template, expected, actual) {
  const { message, object, secret } = flags;
  // One name for the assertion, whether it passes or not.
  const neutral = template.replace(/\bbut got\b/, 'got').replace(' but #{act} was thrown', '');
  if (config.aggregateChecks) {
    const subject = message === undefined ? '${this}' : message;
    return fill(neutral, subject, shown(expected), '${actual}');
  }
  const value = secret ? secret(object) : shown(object);
  const act = secret ? secret(actual) : shown(actual);
  const name = fill(neutral, message === undefined ? value : message, shown(expected), act);
  return message === undefined || neutral.includes('#{act}') ? name : `${name}, got ${act}`;
}

export class Assertion {
  /** A chain about a value; `message` names the value in checks. */
  static create(value, message) {
    const assertion = new Assertion();
    assertion[FLAGS] = { object: value, message };
    return guard(assertion);
  }

  static addProperty(name, getter) { addProperty(name, getter); }

  static addMethod(name, method) { addMethod(name, method); }

  static addChainableMethod(name, method, chain) { addChainableMethod(name, method, chain); }

  /** A chain about another value that has the same name. */
  about(value) {
    return Assertion.create(value, this[FLAGS].message);
  }

  /** The value is of a kind that the assertion cannot be about, negated or not. */
  refuse(text) {
    flag(this, 'not', false);
    this.assert(false, text, text);
  }

  /** The end of a chain: records the check, and throws where it fails. */
  assert(passed, template, negated, expected, actual) {
    const { not, message, object, secret } = this[FLAGS];
    const ok = Boolean(passed) !== Boolean(not);
    const chosen = not ? negated : template;
    const measured = actual === undefined ? object : actual;
    const name = checkName(this[FLAGS], chosen, expected, measured);
    // k6 keeps the double colon for the names of groups.
    check(null, { [truncate(name, config.truncateMsgThreshold).replace(/::/g, ': :')]: ok });
    if (ok) return;

    const subject = secret ? secret(object) : shown(object);
    const act = secret ? secret(measured) : shown(measured);
    const text = fill(chosen, subject, shown(expected), act);
    const full = message === undefined ? text : `${message}: ${text}`;
    if (config.logFailures) console.warn(full);
    if (config.exitOnError) exec.test.abort(full);
    throw new AssertionError(full, { actual: measured, expected, showDiff: false });
  }
}

export function addProperty(name, getter) {
  Object.defineProperty(Assertion.prototype, name, {
    configurable: true,
    get() {
      const result = getter.call(this);
      return result === undefined ? this : result;
    },
  });
}

export function addMethod(name, method) {
  Object.defineProperty(Assertion.prototype, name, {
    configurable: true,
    writable: true,
    value(...args) {
      const result = method.apply(this, args);
      return result === undefined ? this : result;
    },
  });
}

/** A word that can be called or followed by others: `an('array')`, `an.array`. */
export function addChainableMethod(name, method, chain = () => {}) {
  Object.defineProperty(Assertion.prototype, name, {
    configurable: true,
    get() {
      chain.call(this);
      const self = this;
      const callable = function chainable(...args) {
        const result = method.apply(self, args);
        return result === undefined ? self : result;
      };
      // The words are looked up in the function itself, which has names of its own in the way.
      delete callable.length;
      delete callable.name;
      Object.setPrototypeOf(callable, Assertion.prototype);
      callable[FLAGS] = this[FLAGS];
      return guard(callable);
    },
  });
}

const WORDS = [
  'to', 'be', 'been', 'is', 'and', 'has', 'have', 'with', 'that', 'which', 'at', 'of', 'same',
  'but', 'does', 'still', 'also',
];
for (const word of WORDS) addProperty(word, () => undefined);

for (const name of ['not', 'deep', 'nested', 'own', 'ordered']) {
  addProperty(name, function setFlag() { flag(this, name, true); });
}
addProperty('any', function any() {
  flag(this, 'any', true);
  flag(this, 'all', false);
});
addProperty('all', function all() {
  flag(this, 'all', true);
  flag(this, 'any', false);
});
