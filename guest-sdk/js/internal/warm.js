// Makes the engine build what it would build when a script first uses it: functions of the
// language are made on demand. Once here is once for all VUs; in a VU it would be memory of its
// own for each.

function touch(object) {
  for (const name of Reflect.ownKeys(object)) {
    Reflect.getOwnPropertyDescriptor(object, name);
  }
}

function touchAll() {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = Reflect.getOwnPropertyDescriptor(globalThis, name).value;
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
      continue;
    }
    touch(value);
    if (typeof value === 'function' && value.prototype) {
      touch(value.prototype);
    }
  }
  // Prototypes that have no global name.
  const unnamed = [
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    'a'.matchAll(/a/g),
    (function* generator() {})(),
    (async () => {})(),
  ];
  for (const object of unnamed) {
    for (let proto = Object.getPrototypeOf(object); proto; proto = Object.getPrototypeOf(proto)) {
      touch(proto);
    }
  }
}

touchAll();
