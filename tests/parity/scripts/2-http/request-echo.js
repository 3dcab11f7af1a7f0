/* parity
title: what a response tells of its request: method, url, body, headers, cookies, for every kind of request
points: 2
args: --user-agent agent
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const tell = (name, res) => {
  const { method, url, body, headers, cookies } = res.request;
  const told = Object.keys(headers).sort().map((key) => [key, String(headers[key]).replace(/boundary=.*/, 'boundary')]);
  say(name, [method, url.replace(/:\d{4,5}/, ':port').slice(0, 60), body.replace(/-{2}[0-9a-f]{20,}/g, '--boundary'), told, cookies]);
};

export default function () {
  const echo = `${__ENV.BASE_URL}/echo`;
  tell('get', http.get(echo));
  tell('post', http.post(echo, 'text', { headers: { 'x-lower': 'v' } }));
  tell('form', http.post(echo, { a: '1 2' }));
  tell('file', http.post(echo, { f: http.file('x', 'x.txt', 'text/plain') }));
  tell('cookies', http.get(echo, { cookies: { a: '1' } }));
  tell('gzip', http.post(echo, '', { compression: 'gzip' }));
  tell('redirect', http.post(answer({ status: 302, headers: { Location: echo } }), 'x'));
  tell('user', http.get(echo.replace('http://', 'http://u:p@')));
  tell('refused', http.put(`${__ENV.REFUSED_URL}/`, 'body'));
  tell('host', http.get(echo, { headers: { Host: 'shop.example', 'Content-Length': '9' } }));
  tell('del', http.del(echo, null, { headers: { 'User-Agent': 'me' } }));
  tell('async', http.batch([['PATCH', echo, 'b']])[0]);
}
