/* parity
title: http.asyncRequest: promises, order, at the same time, failures, with setTimeout
points: 2, 8
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;

export default async function () {
  const promise = http.asyncRequest('GET', `${base}/json`);
  say('a promise', promise instanceof Promise);
  const res = await promise;
  say('get', [res.status, res.json('name'), res.request.method]);
  const posted = await http.asyncRequest('POST', `${base}/echo`, { a: 1 }, { headers: { 'X-A': 'b' }, tags: { name: 'async' } });
  say('post', [posted.json('body'), posted.json('headers.#(0=="X-A").1')]);
  const start = Date.now();
  const all = await Promise.all([1, 2, 3].map((n) => http.asyncRequest('GET', answer({ delay: 250, path: `/${n}`, body: `${n}` }))));
  say('all', [all.map((r) => r.body), Date.now() - start < 700]);
  const first = await Promise.race([
    http.asyncRequest('GET', answer({ delay: 400, body: 'slow' })),
    http.asyncRequest('GET', answer({ delay: 20, body: 'fast' })),
  ]);
  say('race', first.body);
  const order = [];
  const one = http.asyncRequest('GET', answer({ delay: 150, body: 'one' })).then(() => order.push('response'));
  setTimeout(() => order.push('timer'), 20);
  Promise.resolve().then(() => order.push('microtask'));
  order.push('sync');
  await one;
  say('order', order);
  const refused = await http.asyncRequest('GET', `${__ENV.REFUSED_URL}/`);
  say('refused', [refused.status, refused.error_code]);
  try {
    await http.asyncRequest('GET', `${__ENV.REFUSED_URL}/`, null, { throw: true });
    console.log('not thrown');
  } catch (e) {
    console.log('rejected', typeof e, String(e).includes('connection refused'));
  }
  try {
    const bad = await http.asyncRequest('GET', 'http://:::bad');
    say('bad url', [bad.status, bad.error_code]);
  } catch (e) {
    console.log('bad url rejected');
  }
  // Not awaited: the iteration waits for it all the same.
  http.asyncRequest('GET', answer({ delay: 100, body: 'late' })).then((r) => say('not awaited', r.body));
}
