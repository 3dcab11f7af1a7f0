// What `setup()` returns, as JSON for VUs and `teardown()`. Go's rules, which are k6's: sets and maps
// are lists, bytes are Base64, dates have whole seconds, and what has no JSON is an error instead of
// being left out.

import { b64encode } from 'k6/encoding';

const MILLISECONDS = /\.\d{3}Z$/;

function refuse(what, path) {
  throw new TypeError(`setup() returned ${what}${path === '' ? '' : ` in ${path}`}: it has no JSON`);
}

function convertObject(value, path, outer) {
  if (outer.includes(value)) {
    refuse('an object that contains itself', path);
  }
  const around = [...outer, value];
  const convertAt = (item, key) => convert(item, path === '' ? `${key}` : `${path}.${key}`, around);
  if (value instanceof Date) {
    return value.toISOString().replace(MILLISECONDS, 'Z');
  }
  if (value instanceof ArrayBuffer || value instanceof Uint8Array) {
    return b64encode(value);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value, convertAt);
  }
  if (value instanceof Set || value instanceof Map) {
    return Array.from(value, convertAt);
  }
  if (typeof value.toJSON === 'function') {
    return convertAt(value.toJSON(), 'toJSON()');
  }
  const result = {};
  for (const key of Object.keys(value)) {
    result[key] = convertAt(value[key], key);
  }
  return result;
}

function convert(value, path, outer) {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'number':
      return Number.isFinite(value) ? value : refuse(String(value), path);
    case 'bigint':
    case 'symbol':
    case 'function':
      return refuse(`a ${typeof value}`, path);
    case 'object':
      return value === null ? null : convertObject(value, path, outer);
    default:
      return value;
  }
}

// Undefined when there is no setup data.
export function toJson(value) {
  if (value === undefined) {
    return undefined;
  }
  // A date alone keeps its milliseconds.
  return JSON.stringify(value instanceof Date ? value : convert(value, '', []));
}
