// Assertions about what a value contains: members, keys, properties, a length.

import { addChainableMethod, addMethod, flag } from './assertion.js';
import { deepEqual } from './equal.js';
import { inspect, typeOf } from './inspect.js';
import { lengthWord } from './values.js';

function named(assertion, message) {
  if (message !== undefined) flag(assertion, 'message', message);
}

function isPrimitive(value) {
  return Object(value) !== value;
}

/** The names of a path such as `a.b[1]`; a backslash keeps dots and brackets as they are. */
export function pathNames(path) {
  const text = String(path).replace(/([^\\])\[/g, '$1.[');
  return (text.match(/(\\\.|[^.]+?)+/g) || []).map((part) => {
    const index = /^\[(\d+)\]$/.exec(part);
    return index ? Number(index[1]) : part.replace(/\\([.[\]])/g, '$1');
  });
}

/** Walks a path; `exists` says whether its last name is there. */
function follow(object, path) {
  const names = pathNames(path);
  let parent = object;
  for (const name of names.slice(0, -1)) {
    parent = parent === null || parent === undefined ? undefined : parent[name];
  }
  const last = names[names.length - 1];
  const known = parent !== null && parent !== undefined;
  return {
    exists: known && last in Object(parent),
    value: known ? parent[last] : undefined,
  };
}

function assertLength(count, message) {
  named(this, message);
  const object = flag(this, 'object');
  const word = lengthWord(object);
  let length;
  if (word === 'size') {
    length = object.size;
  } else {
    this.about(object).to.have.property('length');
    length = object.length;
  }
  this.assert(length === count, `expected #{this} to have a ${word} of #{exp} but got #{act}`,
    `expected #{this} to not have a ${word} of #{act}`, count, length);
}

for (const name of ['length', 'lengthOf']) {
  addChainableMethod(name, assertLength, function chain() { flag(this, 'doLength', true); });
}

function lookUp(object, name, { nested, own }) {
  if (own) {
    const exists = object !== null && object !== undefined &&
      Object.prototype.hasOwnProperty.call(object, name);
    return { exists, value: exists ? object[name] : undefined };
  }
  if (nested) return follow(object, name);
  return { exists: name in Object(object), value: object[name] };
}

function assertProperty(name, value, message) {
  named(this, message);
  const nested = flag(this, 'nested');
  const own = flag(this, 'own');
  const deep = flag(this, 'deep');
  const object = flag(this, 'object');
  if (object === null || object === undefined) {
    this.refuse('Target cannot be null or undefined.');
  }
  const found = lookUp(object, name, { nested, own });
  const given = arguments.length > 1;
  let kind = deep ? 'deep ' : '';
  if (own) kind += 'own ';
  if (nested) kind += 'nested ';
  kind += `property ${inspect(name)}`;

  // A negated property with a value may well exist.
  if (!flag(this, 'not') || !given) {
    this.assert(found.exists, `expected #{this} to have ${kind}`,
      `expected #{this} to not have ${kind}`);
  }
  if (given) {
    const same = deep ? deepEqual(value, found.value) : value === found.value;
    this.assert(found.exists && same,
      `expected #{this} to have ${kind} of #{exp}, but got #{act}`,
      `expected #{this} to not have ${kind} of #{act}`, value, found.value);
  }
  // What follows is about the property.
  flag(this, 'object', found.value);
}

addMethod('property', assertProperty);
for (const name of ['ownProperty', 'haveOwnProperty']) {
  addMethod(name, function ownProperty(...args) {
    flag(this, 'own', true);
    assertProperty.apply(this, args);
  });
}

for (const name of ['ownPropertyDescriptor', 'haveOwnPropertyDescriptor']) {
  addMethod(name, function ownPropertyDescriptor(property, descriptor, message) {
    named(this, message);
    const object = flag(this, 'object');
    const actual = Object.getOwnPropertyDescriptor(Object(object), property);
    const what = `own property descriptor for ${inspect(property)}`;
    if (actual && descriptor) {
      this.assert(deepEqual(descriptor, actual),
        `expected the ${what} on #{this} to match ${inspect(descriptor)}`,
        `expected the ${what} on #{this} to not match ${inspect(descriptor)}`, descriptor, actual);
    } else {
      this.assert(actual, `expected #{this} to have an ${what}`,
        `expected #{this} to not have an ${what}`);
    }
    flag(this, 'object', actual);
  });
}

/** Whether a list, a set or a map's values have an item. */
function hasItem(object, item, deep) {
  const items = object instanceof Map ? [...object.values()] : [...object];
  return items.some((other) => (deep ? deepEqual(other, item) : other === item ||
    (Number.isNaN(other) && Number.isNaN(item))));
}

function includesProperties(assertion, object, wanted) {
  const options = { nested: flag(assertion, 'nested'), own: flag(assertion, 'own') };
  const deep = flag(assertion, 'deep');
  const names = [...Object.keys(wanted), ...Object.getOwnPropertySymbols(wanted)];
  return names.every((name) => {
    const found = lookUp(object, name, options);
    return found.exists && (deep ? deepEqual(wanted[name], found.value)
      : wanted[name] === found.value);
  });
}

/** An object is included property by property, each one a check, as in Chai. */
function assertProperties(assertion, object, wanted) {
  const names = [...Object.keys(wanted), ...Object.getOwnPropertySymbols(wanted)];
  if (flag(assertion, 'not') && names.length > 1) {
    // Negated, it is enough that one of them is not there.
    const kind = `${flag(assertion, 'deep') ? 'deep ' : ''}include ${inspect(wanted)}`;
    assertion.assert(includesProperties(assertion, object, wanted), `expected #{this} to ${kind}`,
      `expected #{this} to not ${kind}`);
    return;
  }
  for (const name of names) {
    const part = assertion.about(object);
    for (const word of ['deep', 'own', 'nested', 'not']) flag(part, word, flag(assertion, word));
    part.property(name, wanted[name]);
  }
}

function assertInclude(value, message) {
  named(this, message);
  const object = flag(this, 'object');
  const type = typeOf(object);
  const deep = flag(this, 'deep');
  let included;
  if (type === 'string') {
    included = object.includes(value);
  } else if (['Array', 'Set', 'Map'].includes(type)) {
    included = hasItem(object, value, deep);
  } else if (type === 'WeakSet') {
    included = object.has(value);
  } else {
    if (object === null || object === undefined) this.refuse('Target cannot be null or undefined.');
    if (isPrimitive(value)) {
      this.refuse(`object tested must be an array, a map, an object, a set, a string, or a ` +
        `weakset, but ${type.toLowerCase()} given`);
    }
    assertProperties(this, object, value);
    return;
  }
  const word = `${deep ? 'deep ' : ''}include ${inspect(value)}`;
  this.assert(included, `expected #{this} to ${word}`, `expected #{this} to not ${word}`);
}

for (const name of ['include', 'contain', 'includes', 'contains']) {
  addChainableMethod(name, assertInclude, function chain() { flag(this, 'contains', true); });
}

function keysOf(args) {
  if (args.length === 1 && Array.isArray(args[0])) return args[0];
  if (args.length === 1 && args[0] !== null && typeof args[0] === 'object') {
    return Object.keys(args[0]);
  }
  return args;
}

function joinKeys(keys, word) {
  const texts = keys.map(inspect);
  if (texts.length === 1) return `key ${texts[0]}`;
  const last = texts.pop();
  return `keys ${texts.join(', ')}, ${word} ${last}`;
}

for (const name of ['keys', 'key']) {
  addMethod(name, function assertKeys(...args) {
    const object = flag(this, 'object');
    const isMapOrSet = object instanceof Map || object instanceof Set;
    const wanted = isMapOrSet && args.length === 1 && Array.isArray(args[0]) ? args[0]
      : keysOf(args);
    if (wanted.length === 0) throw new TypeError('keys required');
    const actual = isMapOrSet ? [...object.keys()]
      : [...Object.keys(object), ...Object.getOwnPropertySymbols(object)];
    const strings = isMapOrSet ? wanted : wanted.map((k) => (typeof k === 'symbol' ? k : `${k}`));
    const deep = flag(this, 'deep');
    const has = (key) => actual.some((other) => (deep ? deepEqual(other, key) : other === key));
    const any = flag(this, 'any');
    let passed = any ? strings.some(has) : strings.every(has);
    if (!any && !flag(this, 'contains')) passed = passed && strings.length === actual.length;
    const verb = flag(this, 'contains') ? 'contain' : 'have';
    const text = `${deep ? 'deeply ' : ''}${verb} ${joinKeys(strings, any ? 'or' : 'and')}`;
    this.assert(passed, `expected #{this} to ${text}`, `expected #{this} to not ${text}`, strings,
      actual);
  });
}

function sameMembers(subset, superset, same, contains, ordered) {
  if (!contains && subset.length !== superset.length) return false;
  const rest = [...superset];
  return subset.every((item, i) => {
    if (ordered) return i < superset.length && same(item, superset[i]);
    const at = rest.findIndex((other) => same(item, other));
    // A superset may stand for a member that is asked for twice.
    if (at >= 0 && !contains) rest.splice(at, 1);
    return at >= 0;
  });
}

addMethod('members', function members(subset, message) {
  named(this, message);
  const object = flag(this, 'object');
  this.about(object).to.be.an('array');
  this.about(subset).to.be.an('array');
  const contains = flag(this, 'contains');
  const ordered = flag(this, 'ordered');
  const deep = flag(this, 'deep');
  let text;
  if (contains) text = `be ${ordered ? 'an ordered superset' : 'a superset'} of`;
  else text = `have the same ${ordered ? 'ordered ' : ''}members as`;
  const same = deep ? deepEqual : (a, b) => a === b;
  this.assert(sameMembers(subset, object, same, contains, ordered),
    `expected #{this} to ${text} #{exp}`, `expected #{this} to not ${text} #{exp}`, subset, object);
});

addMethod('oneOf', function oneOf(list, message) {
  named(this, message);
  this.about(list).to.be.an('array');
  const object = flag(this, 'object');
  if (flag(this, 'contains')) {
    const found = list.some((item) => object.includes(item));
    this.assert(found, 'expected #{this} to contain one of #{exp}',
      'expected #{this} to not contain one of #{exp}', list, object);
  } else {
    const found = list.some((x) => (flag(this, 'deep') ? deepEqual(x, object) : x === object));
    this.assert(found, 'expected #{this} to be one of #{exp}',
      'expected #{this} to not be one of #{exp}', list, object);
  }
});
