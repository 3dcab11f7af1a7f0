/* parity
title: a batch of everything: protocols, bodies, params of each, failures, redirects, cookies, more than its limit
points: 2, 9
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { batch: 4, batchPerHost: 2 };

export default function () {
  const all = http.batch({
    plain: `${__ENV.BASE_URL}/json`,
    tls: ['GET', `${__ENV.TLS_URL}/json`],
    form: ['POST', `${__ENV.BASE_URL}/echo`, { a: ['1', '2'] }],
    file: { method: 'POST', url: `${__ENV.BASE_URL}/echo`, body: { f: http.file('x') } },
    binary: ['GET', `${__ENV.BASE_URL}/bytes/10`, null, { responseType: 'binary' }],
    none: ['GET', `${__ENV.BASE_URL}/bytes/10`, null, { responseType: 'none' }],
    hop: answer({ status: 302, headers: { Location: `${__ENV.BASE_URL}/status/404` } }),
    refused: `${__ENV.REFUSED_URL}/`,
    late: ['GET', `${__ENV.BASE_URL}/delay/1000`, null, { timeout: 100, tags: { name: 'late' } }],
    head: ['HEAD', `${__ENV.BASE_URL}/bytes/99`],
    cookie: ['GET', `${__ENV.ANSWERS_URL}/echo`, null, { cookies: { c: '1' } }],
    reset: ['GET', `${__ENV.BASE_URL}/misbehave/reset`, null, { tags: { name: 'reset' } }],
  });
  for (const name of Object.keys(all).sort()) {
    const res = all[name];
    say(name, [res.status, res.error_code, res.proto, res.request.method, typeof res.body, res.body && (res.body.length || res.body.byteLength) > 0]);
  }
  say('binary', all.binary.body instanceof ArrayBuffer);
  say('many', http.batch(Array.from({ length: 25 }, (_, i) => `${__ENV.BASE_URL}/products/${i}`)).map((res) => res.json('id')));
}
