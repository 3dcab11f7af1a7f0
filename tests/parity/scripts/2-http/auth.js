/* parity
title: basic and digest authentication
points: 2, 9
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const with_user = (path) => `${__ENV.ANSWERS_URL.replace('http://', 'http://joe:secret@')}${path}`;

export default function () {
  const basic = http.get(with_user('/basic'));
  say('basic', [basic.status, basic.body, basic.url.includes('secret'), basic.request.url.includes('@')]);
  say('without', http.get(`${__ENV.ANSWERS_URL}/basic`).status);
  const digest = http.get(with_user('/digest?x=1'), { auth: 'digest' });
  const fields = {};
  for (const [, name, value] of digest.body.matchAll(/(\w+)="?([^",]*)"?/g)) fields[name] = value;
  say('digest', [digest.status, digest.body.startsWith('Digest '), fields.username, fields.realm, fields.nonce, fields.uri, fields.qop, fields.nc, fields.opaque, fields.algorithm]);
  say('digest response', [/^[0-9a-f]{32}$/.test(fields.response), fields.cnonce !== '']);
  say('auth basic', http.get(with_user('/basic'), { auth: 'basic' }).status);
}
