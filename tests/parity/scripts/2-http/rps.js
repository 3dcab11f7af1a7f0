/* parity
title: option rps: requests wait for their turn, batches too
points: 2, 9
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { rps: 10 };

export default function () {
  const start = Date.now();
  for (let i = 0; i < 3; i++) http.get(`${__ENV.BASE_URL}/status/200`);
  http.batch([1, 2, 3].map(() => `${__ENV.BASE_URL}/status/200`));
  const took = Date.now() - start;
  say('five waits', took >= 480 && took < 900);
}
