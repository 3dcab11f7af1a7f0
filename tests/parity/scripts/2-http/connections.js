/* parity
title: connections: reused in a VU, over iterations, timings of a reused one
points: 2
args: --iterations 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const timings = () => http.get(`${__ENV.BASE_URL}/status/200`).timings;
  const first = timings();
  const second = timings();
  say('first connects', [first.connecting > 0, first.blocked >= first.connecting]);
  say('second does not', [second.connecting, second.tls_handshaking]);
  const closed = http.get(`${__ENV.ANSWERS_URL}/answer?header=Connection:close`, { tags: { name: 'close' } });
  say('large', http.get(`${__ENV.BASE_URL}/bytes/3000000`).body.length);
  say('posted', http.post(`${__ENV.BASE_URL}/echo`, 'x'.repeat(200000)).json('body_bytes'));
  say('closed', closed.status);
  say('after', timings().connecting);
}
