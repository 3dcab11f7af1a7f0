// describe(): a group in which an error, failed assertions included, ends only the group.

import { check, group } from 'k6';
import { AssertionError } from './assertion.js';
import { config } from './config.js';
import { truncate } from './inspect.js';

/** A failed assertion has its check already; any other error becomes one. */
function recordError(error) {
  if (error instanceof AssertionError) return;
  const text = `Exception raised "${error}"`;
  const name = truncate(text, config.truncateMsgThreshold).replace(/::/g, ': :');
  check(null, { [name]: false });
  if (config.logFailures) console.warn(text);
}

/**
 * Runs `fn` as a group. True when nothing failed in it; of an async function a promise of that.
 *
 * k6's groups end with the first await: what an async function does after it is outside.
 */
export function describe(name, fn) {
  let success = true;
  let later = null;
  group(name, () => {
    try {
      const result = fn();
      if (result !== null && typeof result === 'object' && typeof result.then === 'function') {
        later = result;
      }
    } catch (error) {
      success = false;
      recordError(error);
    }
  });
  if (later === null) return success;
  return later.then(
    () => true,
    (error) => {
      recordError(error);
      return false;
    },
  );
}
