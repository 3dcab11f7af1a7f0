// Tag objects of scripts to numbers of the host, kept for a while: most scripts use the same few
// again and again.

import { forgetTagSet, tagSet as makeTagSet } from 'native:metrics';

const KEPT_MAX = 64;

// By the flat form as text, the oldest first.
const kept = new Map();

// The text of a tag's value; undefined for what cannot be one.
export function tagText(value) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    case 'object':
      return value instanceof Number || value instanceof Boolean ? String(value) : undefined;
    default:
      return undefined;
  }
}

export function refuseTag(name) {
  throw new TypeError(
    `invalid value for metric tag '${name}': ` +
      'only String, Boolean and Number types are accepted as a metric tag values',
  );
}

// The text of a tag, or an error.
function textIn(tags, name) {
  const value = tags[name];
  const text = typeof value === 'string' ? value : tagText(value);
  if (text === undefined) {
    refuseTag(name);
  }
  return text;
}

// Flat form: name, value, name, value. Values may be what k6 allows: text, numbers, booleans.
export function flatTags(tags) {
  const names = Object.keys(tags);
  const flat = [];
  for (let i = 0; i < names.length; i++) {
    flat.push(names[i], textIn(tags, names[i]));
  }
  return flat;
}

export function tagSet(tags) {
  const names = Object.keys(tags);
  if (names.length === 0) {
    return 0;
  }
  let key = '';
  for (let i = 0; i < names.length; i++) {
    key += `${names[i]}\0${textIn(tags, names[i])}\0`;
  }
  return kept.get(key) ?? keep(key, flatTags(tags));
}

function keep(key, flat) {
  if (kept.size === KEPT_MAX) {
    const [oldest, oldNumber] = kept.entries().next().value;
    kept.delete(oldest);
    forgetTagSet(oldNumber);
  }
  const number = makeTagSet(flat);
  kept.set(key, number);
  return number;
}
