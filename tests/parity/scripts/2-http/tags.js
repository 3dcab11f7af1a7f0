/* parity
title: tags and names of requests: params.tags, name, http.url, user info in URLs, group
points: 2, 9
*/
import http from 'k6/http';
import { group } from 'k6';
import { say, attempt } from '../_lib/answer.js';

const base = __ENV.BASE_URL;

export default function () {
  http.get(`${base}/status/200`, { tags: { shop: 'north', number: 3, yes: true, float: 1.5 } });
  http.get(`${base}/status/200?page=1`, { tags: { name: 'pages' } });
  http.get(`${base}/status/404`, { tags: { name: 'missing', shop: 'south' } });
  for (const id of [1, 2, 3]) {
    const res = http.get(http.url`${base}/products/${id}`);
    say('url of template', [res.url === `${base}/products/${id}`, res.request.url === `${base}/products/${id}`, res.json('id')]);
  }
  http.post(http.url`${base}/echo?q=${'a b'}&r=${true}`.url === undefined ? `${base}/echo` : `${base}/echo`, 'x');
  say('template', typeof http.url`${base}/x`);
  http.get(base.replace('http://', 'http://user:secret@') + '/status/200');
  group('shop', () => group('cart', () => http.get(`${base}/status/503`)));
  // Tags that system tags would set themselves.
  http.get(`${base}/status/200`, { tags: { method: 'MINE', status: 'mine', proto: 'mine', url: 'mine', expected_response: 'mine', group: 'mine', scenario: 'mine' } });
  http.batch([[ 'GET', `${base}/status/200`, null, { tags: { name: 'in batch' } }], { method: 'GET', url: http.url`${base}/products/${7}` }]);
  attempt('bad tag', () => http.get(`${base}/status/200`, { tags: { deep: { a: 1 } } }).status);
  attempt('null tag', () => http.get(`${base}/status/200`, { tags: { none: null } }).status);
  attempt('null tags', () => http.get(`${base}/status/200`, { tags: null }).status);
  attempt('tags as text', () => http.get(`${base}/status/200`, { tags: 'abc' }).status);
  http.get(`${base}/status/200#part`);
  http.get(`${base}/status/200?`);
  http.get(`${base}/headers?x-a=1&x-b=%20`);
}
