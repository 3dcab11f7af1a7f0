// Module `k6/data`: SharedArray.

import { findRows, publishRows } from 'native:data';
import { isInit } from 'squall:phase';
import { arrayOfRows } from 'squall:rows';

const AsyncPrototype = Object.getPrototypeOf(async () => {});

// The function runs once for each name, also when every VU runs the script's init code.
export function SharedArray(givenName, build) {
  if (!isInit) {
    throw new Error('new SharedArray must be called in the init context');
  }
  const name = String(givenName);
  if (name === '') {
    throw new Error("empty name provided to SharedArray's constructor");
  }
  if (typeof build !== 'function') {
    throw new Error("a function is expected as the second argument of SharedArray's constructor");
  }
  if (Object.getPrototypeOf(build) === AsyncPrototype) {
    throw new Error('SharedArray constructor does not support async functions as second argument');
  }
  return arrayOfRows(findRows(name) ?? publishRows(name, textsOf(build())));
}

function textsOf(items) {
  if (!Array.isArray(items)) {
    throw new Error('only arrays can be made into SharedArray');
  }
  return Array.from(items, (item, index) => {
    const text = JSON.stringify(item);
    if (text === undefined) {
      throw new TypeError(`item ${index} of a SharedArray has no JSON: it is ${String(item)}`);
    }
    return text;
  });
}

export default { SharedArray };
