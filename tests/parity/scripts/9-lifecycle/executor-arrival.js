/* parity
title: constant-arrival-rate and ramping-arrival-rate: how many iterations start
points: 9
console: sorted
*/
import exec from 'k6/execution';
import { sleep } from 'k6';

export const options = {
  scenarios: {
    constant: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '1050ms', preAllocatedVUs: 2 },
    ramping: { executor: 'ramping-arrival-rate', startRate: 10, timeUnit: '1s', stages: [{ duration: '1050ms', target: 10 }], preAllocatedVUs: 2 },
    dropping: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '1050ms', preAllocatedVUs: 1, exec: 'slow' },
  },
};

export default function () {
  console.log(exec.scenario.name, exec.scenario.iterationInTest);
}

export function slow() {
  sleep(0.64);
}
