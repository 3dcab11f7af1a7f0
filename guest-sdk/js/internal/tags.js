// Tag objects of scripts to numbers of the host, kept for a while: most scripts use the same few
// again and again.

import { forgetTagSet, tagSet as makeTagSet } from 'native:metrics';

const KEPT_MAX = 64;

// By the flat form as text, the oldest first.
const kept = new Map();

// Flat form: name, value, name, value. Values may be what k6 allows: text, numbers, booleans.
export function flatTags(tags) {
  const flat = [];
  for (const name of Object.keys(tags)) {
    const value = tags[name];
    switch (typeof value) {
      case 'string':
        flat.push(name, value);
        break;
      case 'number':
      case 'boolean':
        flat.push(name, String(value));
        break;
      default:
        throw new TypeError(
          `invalid value for metric tag '${name}': ` +
            `only String, Boolean and Number types are accepted as a metric tag value`,
        );
    }
  }
  return flat;
}

export function tagSet(tags) {
  const flat = flatTags(tags);
  if (flat.length === 0) {
    return 0;
  }
  const key = flat.join('\0');
  let number = kept.get(key);
  if (number === undefined) {
    if (kept.size === KEPT_MAX) {
      const [oldest, oldNumber] = kept.entries().next().value;
      kept.delete(oldest);
      forgetTagSet(oldNumber);
    }
    number = makeTagSet(flat);
    kept.set(key, number);
  }
  return number;
}
