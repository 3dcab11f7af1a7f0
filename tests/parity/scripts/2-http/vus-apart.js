/* parity
title: what VUs do not share: cookies, globals, __ENV, response callbacks, modules
points: 2, 8, 9
console: sorted
*/
import http from 'k6/http';
import { sleep } from 'k6';
import { say } from '../_lib/answer.js';
import * as values from '../8-globals/_shared/state.js';

export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 3, iterations: 2 } } };

let own = 0;
globalThis.theirs = [];

export default function () {
  own += 1;
  values.increase();
  globalThis.theirs.push(__VU);
  __ENV.SEEN = `${__ENV.SEEN || ''}${__VU}`;
  http.cookieJar().set(__ENV.BASE_URL, `vu${__VU}`, 'x');
  sleep(0.05);
  const cookies = http.get(`${__ENV.BASE_URL}/echo`).json('headers.#(0=="Cookie").1');
  say('own', [own === __ITER + 1, values.count === __ITER + 1, globalThis.theirs.every((vu) => vu === __VU), globalThis.theirs.length === __ITER + 1]);
  say('environment', __ENV.SEEN === String(__VU).repeat(__ITER + 1));
  say('cookies', cookies === `vu${__VU}=x`);
}
