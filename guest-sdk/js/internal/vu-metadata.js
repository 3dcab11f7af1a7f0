// Metadata of this VU's samples, as scripts read and write them.

import * as native from 'native:execution';
import { testOptions } from 'squall:options';
import { tagText } from 'squall:tags';

let own = {};
let ownOf = 0;

// They are forgotten when the VU is put to work for another scenario, as tags are.
function current() {
  const now = native.activation();
  if (now !== ownOf) {
    ownOf = now;
    own = {};
  }
  return own;
}

// With what the run was told to add.
function all() {
  const { systemTags } = testOptions();
  const system = {};
  if (systemTags?.includes('iter')) {
    system.iter = String(native.iterationInInstance());
  }
  if (systemTags?.includes('vu')) {
    system.vu = String(native.idInTest());
  }
  return { ...system, ...current() };
}

function set(name, value) {
  const text = typeof name === 'symbol' ? undefined : tagText(value);
  if (text === undefined) {
    throw new TypeError(
      `invalid value for metric metadata '${String(name)}': ` +
        'only String, Boolean and Number types are accepted as a metric metadata value',
    );
  }
  native.setMetadata(name, text);
  current()[name] = text;
  return true;
}

export const vuMetadata = new Proxy(
  {},
  {
    get: (target, name) => {
      const values = all();
      return Object.hasOwn(values, name) ? values[name] : Reflect.get(target, name);
    },
    set: (target, name, value) => set(name, value),
    has: (target, name) => Object.hasOwn(all(), name),
    deleteProperty: (target, name) => {
      if (Object.hasOwn(current(), name)) {
        native.removeMetadata(name);
        delete current()[name];
      }
      return true;
    },
    ownKeys: () => Object.keys(all()),
    getOwnPropertyDescriptor: (target, name) => Object.getOwnPropertyDescriptor(all(), name),
    defineProperty: (target, name, descriptor) => set(name, descriptor.value),
  },
);
