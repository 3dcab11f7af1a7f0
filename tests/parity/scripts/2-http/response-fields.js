/* parity
title: fields of a response: status, text, headers, body, protocol, timings, request
points: 2
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export default function () {
  const res = http.get(answer({ status: 201, headers: { 'x-one': '1', 'X-MANY-words': 'a', 'ETag': '"tag"' }, body: 'made' }));
  say('status', [res.status, res.status_text, res.proto, res.body, res.error, res.error_code]);
  say('headers', ['X-One', 'X-Many-Words', 'Etag', 'Content-Type', 'Content-Length', 'x-one', 'ETag'].map((name) => res.headers[name]));
  say('keys of headers', Object.keys(res.headers).sort());
  say('keys', Object.keys(res).sort());
  say('timings', Object.keys(res.timings).sort());
  say('timings are numbers', Object.values(res.timings).every((ms) => typeof ms === 'number' && ms >= 0));
  say('durations add up', Math.abs(res.timings.duration - res.timings.sending - res.timings.waiting - res.timings.receiving) < 0.01);
  say('no handshake', [res.timings.tls_handshaking, res.timings.looking_up]);
  say('remote', [res.remote_ip, res.remote_port === Number(__ENV.ANSWERS_URL.split(':')[2])]);
  say('tls', [res.tls_version, res.tls_cipher_suite]);
  say('ocsp', Object.keys(res.ocsp).sort().map((key) => [key, res.ocsp[key]]));
  say('url', res.url === answer({ status: 201, headers: { 'x-one': '1', 'X-MANY-words': 'a', 'ETag': '"tag"' }, body: 'made' }));
  say('keys of request', Object.keys(res.request).sort());
  const posted = http.post(`${__ENV.BASE_URL}/echo?q=1`, 'body text', { headers: { 'X-Mine': 'v' }, cookies: { c: '1' } });
  say('request', [posted.request.method, posted.request.body, posted.request.headers['X-Mine'][0], posted.request.url === `${__ENV.BASE_URL}/echo?q=1`]);
  say('request cookies', posted.request.cookies.c.map(({ name, value, replace }) => [name, value, replace]));
  say('request headers', Object.keys(posted.request.headers).sort());

  const joined = http.get(answer({ headers: { 'X-Dup': ['a', 'b', 'c'], Vary: ['Accept', 'Origin'] } })).headers;
  say('joined', [joined['X-Dup'], joined.Vary]);
  for (const status of [200, 204, 304, 404, 500, 503, 599, 299, 418]) {
    const res = http.get(answer({ status, body: status === 204 || status === 304 ? undefined : 'b' }));
    say(`status ${status}`, [res.status, res.status_text, res.body, res.error, res.error_code]);
  }
  say('own reason', http.get(answer({ status: 200, reason: 'Fine By Me' })).status_text);
  say('empty body', http.get(answer({ body: '' })).body);
  say('unicode body', http.get(answer({ body: 'grüße ✓ 𝄞' })).body);
  say('bytes', [http.get(`${__ENV.BASE_URL}/bytes/1000`).body.length, http.get(`${__ENV.BASE_URL}/bytes/0`).body]);
  const other = res.timings;
  say('typeof', [typeof res.json, typeof res.html, typeof res.submitForm, typeof res.clickLink, typeof other]);
  say('as text', String(res));
}
