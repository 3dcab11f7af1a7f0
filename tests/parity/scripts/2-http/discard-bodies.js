/* parity
title: discardResponseBodies for all, and responseType against it
points: 2, 9
*/
import http from 'k6/http';
import { check } from 'k6';
import { say } from '../_lib/answer.js';

export const options = { discardResponseBodies: true };

export default function () {
  const res = http.get(`${__ENV.BASE_URL}/json`);
  say('discarded', [res.status, res.body, res.headers['Content-Type']]);
  check(res, { 'no body': (r) => r.body === null, ok: (r) => r.status === 200 });
  say('text all the same', http.get(`${__ENV.BASE_URL}/json`, { responseType: 'text' }).json('name'));
  say('binary', http.get(`${__ENV.BASE_URL}/bytes/10`, { responseType: 'binary' }).body.byteLength);
  say('batch', http.batch([`${__ENV.BASE_URL}/json`, ['GET', `${__ENV.BASE_URL}/json`, null, { responseType: 'text' }]]).map((r) => r.body === null));
}
