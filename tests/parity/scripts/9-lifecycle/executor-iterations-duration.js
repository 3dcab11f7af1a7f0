/* parity
title: iterations with a duration: the rest is dropped when it is over
points: 9
console: sorted
*/
import { sleep } from 'k6';

export const options = { vus: 1, iterations: 10, duration: '1s' };

export default function () {
  console.log('start', __ITER);
  sleep(0.4);
}
