/* parity
title: noVUConnectionReuse: each iteration has connections of its own
points: 2, 9
args: --iterations 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { noVUConnectionReuse: true };

export default function () {
  say('connects', [1, 2, 3].map(() => http.get(`${__ENV.BASE_URL}/status/200`).timings.connecting > 0));
}
