// Deep equality as in Chai: same types, same contents, NaN equals itself, 0 is not -0.

import { typeOf } from './inspect.js';

function enumerableKeys(object) {
  const keys = [];
  // Chai counts what is inherited as well.
  // eslint-disable-next-line guard-for-in, no-restricted-syntax
  for (const name in object) keys.push(name);
  const symbols = Object.getOwnPropertySymbols(object)
    .filter((s) => Object.prototype.propertyIsEnumerable.call(object, s));
  return [...keys.sort(), ...symbols];
}

function equalLists(a, b, seen) {
  return a.length === b.length && a.every((item, i) => equalSeen(item, b[i], seen));
}

/** Entries of maps and sets have no order. */
function equalUnordered(a, b, seen) {
  if (a.length !== b.length) return false;
  const rest = [...b];
  return a.every((item) => {
    const at = rest.findIndex((other) => equalSeen(item, other, seen));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function equalObjects(a, b, seen) {
  const keys = enumerableKeys(a);
  const others = enumerableKeys(b);
  if (keys.length !== others.length || keys.some((k, i) => k !== others[i])) return false;
  return keys.every((k) => equalSeen(a[k], b[k], seen));
}

function equalByType(type, a, b, seen) {
  switch (type) {
    case 'String': case 'Number': case 'Boolean': case 'Date':
      return equalSeen(a.valueOf(), b.valueOf(), seen);
    case 'RegExp':
      return String(a) === String(b);
    case 'Promise': case 'WeakMap': case 'WeakSet': case 'Error':
      return false;
    case 'Map': case 'Set':
      return equalUnordered([...a], [...b], seen);
    case 'ArrayBuffer':
      return equalLists(Array.from(new Uint8Array(a)), Array.from(new Uint8Array(b)), seen);
    case 'Array': case 'Arguments':
      return equalLists(Array.from(a), Array.from(b), seen);
    default:
      if (ArrayBuffer.isView(a) && type !== 'DataView') {
        return equalLists(Array.from(a), Array.from(b), seen);
      }
      return equalObjects(a, b, seen);
  }
}

function equalSeen(a, b, seen) {
  if (a === b) return a !== 0 || 1 / a === 1 / b;
  // eslint-disable-next-line no-self-compare
  if (a !== a && b !== b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  // Two cycles are equal unless something outside of them differs.
  if (seen.some(([x, y]) => x === a && y === b)) return true;
  return equalByType(type, a, b, [...seen, [a, b]]);
}

export function deepEqual(a, b) {
  return equalSeen(a, b, []);
}
