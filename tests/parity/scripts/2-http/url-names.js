/* parity
title: http.url templates and names: values of several types, redirects, batches, methods, requests that fail
points: 2, 9
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;

export default function () {
  for (const value of [1, 1.5, 'a b', 'ü', true, null, undefined, '', 'a/b?c=d']) {
    const res = http.get(http.url`${base}/products/${value}`);
    say(`value ${value}`, [res.status, res.url === `${base}/products/${value}`]);
  }
  http.get(http.url`${base}/echo?a=${1}&b=${2}`, { tags: { name: 'by hand' } });
  for (const method of ['post', 'put', 'patch', 'del', 'options', 'head']) http[method](http.url`${base}/echo/${method}`);
  http.request('GET', http.url`${base}/products/${3}`);
  say('batch', http.batch([http.url`${base}/products/${1}`, { method: 'GET', url: http.url`${base}/products/${2}` }, ['POST', http.url`${base}/echo/${3}`, 'x']]).map((res) => res.status));
  http.get(http.url`${answer({ status: 302, headers: { Location: `${base}/products/9` } })}&id=${9}`);
  http.get(http.url`${__ENV.REFUSED_URL}/products/${4}`);
  http.get(http.url`http://:::bad/${4}`);
  say('static', http.get(http.url`http://127.0.0.1:1/static`, { tags: { name: 'static' } }).error_code);
}
