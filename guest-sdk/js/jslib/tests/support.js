// What the tests share. A test is a k6 script that exits non-zero when anything fails:
//
//     k6 run k6-utils.test.js      squall run k6-utils.test.js

import { check, sleep } from 'k6';

export const ONCE = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1.0'] } };

/** For libraries that make checks themselves, some of which are meant to fail. */
export const ONCE_OWN_CHECKS = {
  vus: 1, iterations: 1, thresholds: { 'checks{own:yes}': ['rate==1.0'] },
};

function record(name, ok) {
  // k6 keeps the double colon for itself.
  check(null, { [name.replace(/::/g, ': :')]: ok }, { own: 'yes' });
}

/** Passes when both are the same as JSON. */
export function same(name, got, want) {
  const ok = JSON.stringify(got) === JSON.stringify(want);
  if (!ok) console.error(`${name}: ${JSON.stringify(got)} is not ${JSON.stringify(want)}`);
  record(name, ok);
}

/** Passes when `fn` throws an error whose name and message have `part`. */
export function throws(name, fn, part = '') {
  let message = null;
  try { fn(); } catch (e) { message = `${e.name}: ${e.message}`; }
  const ok = message !== null && message.length > 10 && message.includes(part);
  if (!ok) console.error(`${name}: threw ${message}, expected "${part}"`);
  record(`${name} throws`, ok);
}

/** An error in a test would only be logged; here it is a failed check. */
export function guarded(fn) {
  return async (...args) => {
    try {
      await fn(...args);
    } catch (e) {
      console.error(`test ended early: ${e} ${e.stack || ''}`);
      record(`${e}`, false);
      // Ramping VUs would come here again at once.
      sleep(0.5);
    }
  };
}
