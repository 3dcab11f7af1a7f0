/* parity
title: constant-vus by shortcuts: duration, iterations that overrun, graceful end
points: 9
args: --vus 2 --duration 1s
console: sorted
*/
import { sleep } from 'k6';

export default function () {
  console.log('start', __ITER);
  sleep(0.4);
  console.log('end', __ITER);
}
