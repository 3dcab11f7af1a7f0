// Rows that the host keeps once for all VUs, as an array that cannot be changed. What is read is
// parsed anew each time, and frozen.

import { row as readRow, rowCount } from 'native:data';

const INDEX_MAX = 4294967294;

// The index that a property's name is; -1 for other names.
function indexOf(key) {
  if (typeof key !== 'string') {
    return -1;
  }
  const index = key >>> 0;
  return index <= INDEX_MAX && String(index) === key ? index : -1;
}

function refuse() {
  throw new TypeError('SharedArray is immutable');
}

// What the proxy asks. Its target is an empty array, so that it is an array to everyone.
class Rows {
  constructor(number) {
    this.number = number;
    this.count = rowCount(number);
  }

  row(index) {
    return index < this.count ? readRow(this.number, index) : undefined;
  }

  get(target, key, receiver) {
    if (key === 'length') {
      return this.count;
    }
    const index = indexOf(key);
    return index >= 0 ? this.row(index) : Reflect.get(target, key, receiver);
  }

  has(target, key) {
    const index = indexOf(key);
    return index >= 0 ? index < this.count : Reflect.has(target, key);
  }

  ownKeys() {
    const keys = new Array(this.count + 1);
    for (let i = 0; i < this.count; i++) {
      keys[i] = String(i);
    }
    keys[this.count] = 'length';
    return keys;
  }

  getOwnPropertyDescriptor(target, key) {
    if (key === 'length') {
      return { value: this.count, writable: true, enumerable: false, configurable: false };
    }
    const index = indexOf(key);
    if (index < 0 || index >= this.count) {
      return undefined;
    }
    return { value: this.row(index), writable: true, enumerable: true, configurable: true };
  }

  deleteProperty(target, key) {
    const index = indexOf(key);
    return index >= 0 && index < this.count ? refuse() : true;
  }

  set() {
    refuse();
  }

  defineProperty() {
    refuse();
  }

  preventExtensions() {
    refuse();
  }
}

// `number`: what `findRows` and `publishRows` gave.
export function arrayOfRows(number) {
  return new Proxy([], new Rows(number));
}
