/* parity
title: basic and digest authentication
points: 2, 9
pending: digest and NTLM come with the HTTP issue
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const with_user = (path) => `${__ENV.ANSWERS_URL.replace('http://', 'http://joe:se%20cret@')}${path}`;

export default function () {
  const basic = http.get(with_user('/basic'));
  say('basic', [basic.status, basic.body, basic.url.includes('se%20cret'), basic.request.url.includes('@')]);
  say('without', http.get(`${__ENV.ANSWERS_URL}/basic`).status);
  const digest = http.get(with_user('/digest?x=1'), { auth: 'digest' });
  const fields = {};
  for (const [, name, value] of digest.body.matchAll(/(\w+)="?([^",]*)"?/g)) fields[name] = value;
  say('digest', [digest.status, digest.body.startsWith('Digest '), fields.username, fields.realm, fields.nonce, fields.uri, fields.qop, fields.nc, fields.opaque, fields.algorithm]);
  say('digest response', [/^[0-9a-f]{32}$/.test(fields.response), fields.cnonce !== '']);
  const none = http.get(with_user('/echo'), { auth: 'digest' });
  say('digest where none is asked for', [none.status, none.json('headers.#(0=="Authorization").1')]);
  say('auth basic', http.get(with_user('/basic'), { auth: 'basic' }).status);
}
