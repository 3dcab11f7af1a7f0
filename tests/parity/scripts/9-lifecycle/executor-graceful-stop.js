/* parity
title: gracefulStop: an iteration that is cut off; no iteration is counted for it
points: 9
allow: console end 1 because k6 lets JavaScript run on for a moment after a sleep that was interrupted
*/
import { sleep } from 'k6';

export const options = { scenarios: { cut: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } } };

export default function () {
  console.log('start', __ITER);
  sleep(0.7);
  console.log('end', __ITER);
}

export function teardown() {
  console.log('teardown');
}
