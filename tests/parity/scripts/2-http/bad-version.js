/* parity
title: an answer of a version of HTTP that there is not
points: 2
differs: it is refused, where k6 takes it for HTTP/1
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const res = http.get(`${__ENV.BASE_URL}/misbehave/bad-version`);
  say('bad version', [res.status, res.error_code]);
}
