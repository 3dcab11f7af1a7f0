// Module `k6`: check, group, sleep, fail, randomSeed.

import { groupEnd, groupStart, record, register } from 'native:checks';
import { seedRandom, phase } from 'native:script';
import { sleep as park } from 'native:timers';
import { tagSet } from 'squall:tags';

const NO_TAGS = 0;

// Numbers of the checks of this VU, by name.
let numbers = new Map();

function numberOf(name) {
  let number = numbers.get(name);
  if (number === undefined) {
    number = register(name);
    numbers.set(name, number);
  }
  return number;
}

function refuseInInit(what) {
  if (phase() === 'init') {
    throw new Error(`${what} cannot be used in the init context`);
  }
}

export function check(value, sets, tags) {
  refuseInInit('using check()');
  if (sets === undefined || sets === null) {
    throw new Error('no checks provided to `check`');
  }
  const tagsId = tags === undefined || tags === null ? NO_TAGS : tagSet(tags);
  let all = true;
  for (const name of Object.keys(sets)) {
    if (!outcome(name, sets[name], value, tagsId)) {
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
  let result;
  try {
    result = checker(value);
  } catch (error) {
    record(number, false, tagsId);
    throw error;
  }
  if (result instanceof Promise) {
    throw new TypeError(
      `check "${name}": an async function as a checker is not supported, await its value before`,
    );
  }
  const passed = Boolean(result);
  record(number, passed, tagsId);
  return passed;
}

export function group(name, body) {
  refuseInInit('using group()');
  if (typeof body !== 'function') {
    throw new TypeError('group() requires a callback as a second argument');
  }
  groupStart(String(name));
  try {
    const result = body();
    if (result instanceof Promise) {
      throw new TypeError('group() does not support async functions as arguments');
    }
    return result;
  } finally {
    groupEnd();
  }
}

export function sleep(seconds) {
  park(Number(seconds));
}

export function fail(message) {
  throw new Error(message);
}

export function randomSeed(seed) {
  seedRandom(Number(seed));
}

export default { check, fail, group, randomSeed, sleep };
