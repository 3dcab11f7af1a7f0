/* parity
title: timeouts: forms of the value, redirects, batches, sending, what is measured
points: 2
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const slow = `${__ENV.BASE_URL}/delay/2000`;

export default function () {
  for (const timeout of [120, '120', '120ms', '0.12s', 120.5]) {
    const res = http.get(slow, { timeout, tags: { name: 'slow' } });
    say(`${typeof timeout} ${timeout}`, [res.status, res.error_code, res.error.startsWith('request timeout'), res.timings.duration > 90 && res.timings.duration < 1500]);
  }
  const fine = http.get(`${__ENV.BASE_URL}/delay/50`, { timeout: '1m' });
  say('fine', [fine.status, fine.timings.waiting >= 45]);
  for (const timeout of ['1h2m3s', '5x', [], {}, true]) {
    const res = http.get(`${__ENV.BASE_URL}/status/200`, { timeout, tags: { name: `odd ${JSON.stringify(timeout)}` } });
    say(`odd ${JSON.stringify(timeout)}`, [res.status, res.error_code]);
  }
  const hop = (delay, to) => answer({ status: 302, delay, headers: { Location: to } });
  say('the whole way', http.get(hop(200, hop(200, answer({ delay: 200 }))), { timeout: 450, tags: { name: 'way' } }).error_code);
  const batch = http.batch([['GET', slow, null, { timeout: 100, tags: { name: 'b' } }], `${__ENV.BASE_URL}/status/200`]);
  say('batch', batch.map((res) => [res.status, res.error_code]));
}
