/* parity
title: every verb: what goes out and what comes back
points: 2, 9
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/echo`;
const seen = (res) => {
  const { method, target, body, body_bytes } = res.json();
  return { status: res.status, method, target, body, body_bytes };
};

export default function () {
  say('get', seen(http.get(`${url}?a=1&b=two`)));
  say('post', seen(http.post(url, 'text')));
  say('post nothing', seen(http.post(url)));
  say('post null', seen(http.post(url, null)));
  say('post empty', seen(http.post(url, '')));
  say('put', seen(http.put(url, 'put it')));
  say('patch', seen(http.patch(url, 'patch it')));
  say('del', seen(http.del(url)));
  say('del with body', seen(http.del(url, 'remove')));
  say('options', seen(http.options(url, null)));
  say('options with body', seen(http.options(url, 'o')));
  const head = http.head(`${__ENV.BASE_URL}/bytes/1234`);
  say('head', [head.status, head.body, head.headers['Content-Length'], head.request.method]);
  say('request', seen(http.request('POST', url, 'r')));
  say('request get', seen(http.request('GET', url)));
  say('request get null', seen(http.request('GET', url, null, { headers: { 'x-a': '1' } })));
  say('request own verb', seen(http.request('PURGE', url, 'all')));
  say('request lower case', seen(http.request('post', url, 'lower')));
  say('request mixed case', seen(http.request('PaTcH', url, 'mixed')));
  say('get with body', seen(http.request('GET', url, 'a body for GET')));
}
