// Stands for https://jslib.k6.io/k6chaijs/4.3.4.0 - 4.5.0.1/index.js.
//
// Chai's expect() for k6 (https://www.chaijs.com/api/bdd): each assertion is recorded as a check,
// and describe() is a group that goes on after an assertion has failed.

import './k6chaijs/values.js';
import './k6chaijs/contents.js';
import './k6chaijs/functions.js';
import { Assertion, AssertionError, addMethod, addProperty, flag } from './k6chaijs/assertion.js';
import { config } from './k6chaijs/config.js';
import { deepEqual } from './k6chaijs/equal.js';
import { describe } from './k6chaijs/describe.js';
import { inspect, typeOf } from './k6chaijs/inspect.js';

function expect(value, message) {
  return Assertion.create(value, message);
}

expect.fail = (actual, expected, message) => {
  const only = expected === undefined && message === undefined ? actual : message;
  Assertion.create(actual, undefined).assert(false, only || 'expect.fail()', '', expected);
};

/** Gives each object the property `should`, for value.should.equal(...). */
function should() {
  Object.defineProperty(Object.prototype, 'should', {
    configurable: true,
    get() {
      // Inside the getter a primitive is wrapped into an object.
      const wrapped = this instanceof String || this instanceof Number || this instanceof Boolean;
      return Assertion.create(wrapped ? this.valueOf() : this, undefined);
    },
    set(value) {
      Object.defineProperty(this, 'should', {
        value, enumerable: true, configurable: true, writable: true,
      });
    },
  });
}

const util = { addMethod, addProperty, eql: deepEqual, flag, inspect, type: typeOf };
const used = [];

const chai = {
  Assertion,
  AssertionError,
  config,
  expect,
  should,
  util,
  /** Runs a plugin, a function (chai, util), once. */
  use(plugin) {
    if (!used.includes(plugin)) {
      used.push(plugin);
      plugin(chai, util);
    }
    return chai;
  },
};

export { chai, config, describe, expect };
export default chai;
