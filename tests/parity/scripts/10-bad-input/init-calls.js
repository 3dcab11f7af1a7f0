/* parity
title: what cannot be done in the init context
points: 10, 1, 2
console: distinct
*/
import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { attempt } from '../_lib/answer.js';

attempt('request', () => http.get(__ENV.BASE_URL).status);
attempt('batch', () => http.batch([__ENV.BASE_URL]).length);
attempt('check', () => check(1, { a: true }));
attempt('group', () => group('g', () => 1));
attempt('sleep', () => sleep(0.001));
attempt('jar', () => typeof http.cookieJar());
attempt('own jar', () => typeof new http.CookieJar());
attempt('file', () => http.file('x', 'y').filename);
attempt('iteration', () => typeof __ITER);

export default function () {
  console.log('ran');
}
