/* parity
title: timeouts of nothing, of less than nothing and of less than a millisecond
points: 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const url = `${__ENV.BASE_URL}/status/200`;
  // Also where a connection is there already.
  http.get(url);
  for (const timeout of [-1, '-1s', '-1ns', -0.5, 0, '0', '0s', '1ns', 0.0001]) {
    const res = http.get(url, { timeout, tags: { name: `timeout ${timeout}` } });
    say(String(timeout), [res.status, res.error_code]);
  }
  say('afterwards', http.get(url).status);
}
