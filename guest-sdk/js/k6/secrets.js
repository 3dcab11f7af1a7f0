// `k6/secrets`: secrets that were given to the test.

import * as native from 'native:secrets';

function lookUp(source, key) {
  return native.get(source, key === undefined || key === null ? '' : String(key));
}

// From the default source.
export async function get(key) {
  return lookUp(undefined, key);
}

// A source by its name. Whether there is one shows when a secret is wanted of it.
export function source(name) {
  const chosen = name === undefined || name === null ? undefined : String(name);
  return {
    async get(key) {
      return lookUp(chosen, key);
    },
  };
}

export default { get, source };
