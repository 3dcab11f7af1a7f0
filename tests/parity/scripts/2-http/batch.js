/* parity
title: http.batch: arrays, objects, mixed forms, failures, shape of what comes back
points: 2
*/
import http from 'k6/http';
import { answer, attempt, say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;

export default function () {
  const list = http.batch([
    `${base}/status/200`,
    ['GET', `${base}/status/201`],
    ['POST', `${base}/echo`, 'body'],
    ['PUT', `${base}/echo`, { a: 1 }, { headers: { 'X-A': 'b' } }],
    { method: 'DELETE', url: `${base}/echo` },
    { method: 'PATCH', url: `${base}/echo`, body: 'patched', params: { tags: { name: 'patching' } } },
    http.url`${base}/products/${5}`,
    { url: `${base}/status/202` },
  ]);
  say('is an array', [Array.isArray(list), list.length]);
  say('statuses', list.map((res) => res.status));
  say('methods', list.map((res) => res.request.method));
  say('bodies', [list[2].json('body'), list[3].json('body'), list[5].json('body'), list[6].json('id')]);

  const named = http.batch({
    front: `${base}/status/200`,
    post: { method: 'POST', url: `${base}/echo`, body: 'named' },
    list: ['GET', `${base}/json`],
  });
  say('keys', Object.keys(named).sort());
  say('named', [named.front.status, named.post.json('body'), named.list.json('name')]);
  say('methods of responses', [typeof named.list.json, typeof named.list.html]);

  say('empty list', http.batch([]).length);
  say('empty object', Object.keys(http.batch({})).length);

  const failing = http.batch([`${base}/status/200`, `${__ENV.REFUSED_URL}/x`, `${base}/status/500`]);
  say('with failures', failing.map((res) => [res.status, res.error_code]));
  attempt('no arguments', () => http.batch());
  attempt('null', () => http.batch(null));
  attempt('number', () => http.batch(5));
  const codes = (list) => () => http.batch(list).map((res) => res && [res.status, res.error_code]);
  attempt('bad item', codes([5]));
  attempt('no url', codes([{ method: 'GET' }]));
  attempt('empty item', codes([[]]));
  attempt('short item', codes([['GET']]));
  const bad = http.batch(['http://:::bad', `${base}/status/200`]);
  say('bad url', bad.map((res) => res && [res.status, res.error_code]));

  // Requests of a batch run at the same time.
  const start = Date.now();
  http.batch([1, 2, 3, 4].map((n) => answer({ delay: 300, path: `/${n}` })));
  say('at the same time', Date.now() - start < 900);
}
