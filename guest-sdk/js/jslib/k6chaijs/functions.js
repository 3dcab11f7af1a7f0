// Assertions that call something: throw, satisfy, respondTo, change.

import { addMethod, addProperty, flag } from './assertion.js';
import { inspect } from './inspect.js';

function named(assertion, message) {
  if (message !== undefined) flag(assertion, 'message', message);
}

function matchesText(error, part) {
  const message = error !== null && typeof error === 'object' ? String(error.message)
    : String(error);
  return part instanceof RegExp ? part.test(message) : message.includes(part);
}

/** What the call threw, if it did. */
function caught(fn) {
  try {
    fn();
  } catch (error) {
    return { error };
  }
  return null;
}

function isKind(kind) {
  return typeof kind === 'function' || kind instanceof Error;
}

function assertThrow(kindOrPart, partOrMessage, message) {
  named(this, message);
  const fn = flag(this, 'object');
  this.about(fn).is.a('function');
  const kind = isKind(kindOrPart) ? kindOrPart : undefined;
  const part = kind === undefined ? kindOrPart : partOrMessage;

  const thrown = caught(fn);
  let passed = thrown !== null;
  if (passed && typeof kind === 'function') passed = thrown.error instanceof kind;
  if (passed && kind instanceof Error) passed = thrown.error === kind;
  if (passed && part !== undefined && part !== null) passed = matchesText(thrown.error, part);

  let text = 'an error';
  if (typeof kind === 'function') text = kind.name;
  else if (kind) text = inspect(kind);
  if (part !== undefined && part !== null) {
    const how = part instanceof RegExp ? 'matching' : 'including';
    text = kind === undefined ? `error ${how} ${inspect(part)}` : `${text} ${how} ${inspect(part)}`;
  }
  const got = thrown === null ? '' : ' but #{act} was thrown';
  const error = thrown === null ? undefined : thrown.error;
  this.assert(passed, `expected #{this} to throw ${text}${got}`,
    `expected #{this} to not throw ${text}${got}`, undefined, thrown && String(error));
  // What follows is about the error.
  flag(this, 'object', error);
}

for (const name of ['throw', 'throws', 'Throw']) addMethod(name, assertThrow);

addProperty('itself', function itself() { flag(this, 'itself', true); });

for (const name of ['respondTo', 'respondsTo']) {
  addMethod(name, function respondTo(method, message) {
    named(this, message);
    const object = flag(this, 'object');
    const target = typeof object === 'function' && !flag(this, 'itself') ? object.prototype
      : object;
    this.assert(target !== null && target !== undefined && typeof target[method] === 'function',
      `expected #{this} to respond to ${inspect(method)}`,
      `expected #{this} to not respond to ${inspect(method)}`);
  });
}

for (const name of ['satisfy', 'satisfies']) {
  addMethod(name, function satisfy(matcher, message) {
    named(this, message);
    const object = flag(this, 'object');
    const result = matcher(object);
    this.assert(result, `expected #{this} to satisfy ${inspect(matcher)}`,
      `expected #{this} to not satisfy ${inspect(matcher)}`, !flag(this, 'not'), result);
  });
}

/** Calls the function and compares what `subject` gives, or has under `property`. */
function changeOf(assertion, subject, property) {
  const fn = flag(assertion, 'object');
  assertion.about(fn).is.a('function');
  let read;
  if (property === undefined || property === null) {
    assertion.about(subject).is.a('function');
    read = subject;
  } else {
    assertion.about(subject).to.have.property(property);
    read = () => subject[property];
  }
  const before = read();
  fn();
  const after = read();
  const shown = property === undefined || property === null ? before : `.${property}`;
  return { before, after, shown };
}

function changing(names, test, verb, negated, needsNumber) {
  for (const name of names) {
    addMethod(name, function change(subject, property, message) {
      named(this, message);
      const { before, after, shown } = changeOf(this, subject, property);
      if (needsNumber) this.about(before).is.a('number');
      flag(this, 'delta', verb === 'decrease' ? before - after : after - before);
      flag(this, 'deltaOf', { verb, shown, before });
      this.assert(test(before, after), `expected ${shown} to ${verb}`,
        `expected ${shown} to ${negated}`);
    });
  }
}

changing(['change', 'changes'], (a, b) => a !== b, 'change', 'not change', false);
changing(['increase', 'increases'], (a, b) => b > a, 'increase', 'not increase', true);
changing(['decrease', 'decreases'], (a, b) => b < a, 'decrease', 'not decrease', true);

addMethod('by', function by(delta, message) {
  named(this, message);
  const change = flag(this, 'deltaOf');
  if (!change) throw new Error('.by needs .change, .increase or .decrease in front of it');
  const actual = flag(this, 'delta');
  const passed = change.verb === 'change' ? Math.abs(actual) === Math.abs(delta)
    : actual === delta;
  this.assert(passed, `expected ${change.shown} to ${change.verb} by ${delta}`,
    `expected ${change.shown} to not ${change.verb} by ${delta}`);
});
