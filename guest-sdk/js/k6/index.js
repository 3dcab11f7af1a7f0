// Module `k6`: check, group, sleep, fail, randomSeed.

import { record, register } from 'native:checks';
import { onFrozen, seedRandom } from 'native:script';
import { sleep as park } from 'native:timers';
import { inGroup } from 'squall:groups';
import { isInit } from 'squall:phase';
import { tagSet } from 'squall:tags';
import { textOf } from 'squall:words';

const NO_TAGS = 0;

const AsyncPrototype = Object.getPrototypeOf(async () => {});

// Numbers of the checks of this VU, by name.
let numbers;

onFrozen(() => {
  numbers = new Map();
});

function numberOf(name) {
  let number = numbers.get(name);
  if (number === undefined) {
    number = register(name);
    numbers.set(name, number);
  }
  return number;
}

const isAsync = (f) => Object.getPrototypeOf(f) === AsyncPrototype;

export function check(value, sets, tags) {
  if (isInit) {
    throw new Error('Using check() in the init context is not supported');
  }
  if (sets === undefined) {
    throw new Error('no checks provided to `check`');
  }
  if (sets === null) {
    throw new TypeError('Cannot convert undefined or null to object');
  }
  const tagsId = tags === undefined || tags === null ? NO_TAGS : tagSet(tags);
  const names = Object.keys(sets);
  let all = true;
  for (let i = 0; i < names.length; i++) {
    if (!outcome(names[i], sets[names[i]], value, tagsId)) {
      all = false;
    }
  }
  return all;
}

// A checker that throws is a failed check, and the exception goes on.
function outcome(name, checker, value, tagsId) {
  const number = numberOf(name);
  if (typeof checker !== 'function') {
    const passed = Boolean(checker);
    record(number, passed, tagsId);
    return passed;
  }
  if (isAsync(checker)) {
    throw new Error(
      'the built-in check() does not support async functions as arguments: ' +
        `await what the check "${name}" needs before it, or use check() of the jslib k6-utils`,
    );
  }
  let result;
  try {
    result = checker(value);
  } catch (error) {
    record(number, false, tagsId);
    throw error;
  }
  const passed = Boolean(result);
  record(number, passed, tagsId);
  return passed;
}

export function group(name, body) {
  if (isInit) {
    throw new Error('Using group() in the init context is not supported');
  }
  if (typeof body !== 'function') {
    throw new Error('group() requires a callback as a second argument');
  }
  if (isAsync(body)) {
    throw new Error(
      'group() does not support async functions as arguments: ' +
        'await what the group needs before it, or use a tag of your own',
    );
  }
  return inGroup(textOf(name), body);
}

export function sleep(seconds) {
  park(Number(seconds));
}

export function fail(message) {
  throw new Error(textOf(message));
}

export function randomSeed(seed) {
  seedRandom(Number(seed));
}

export default { check, fail, group, randomSeed, sleep };
