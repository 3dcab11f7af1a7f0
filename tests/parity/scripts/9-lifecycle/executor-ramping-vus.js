/* parity
title: ramping-vus: stages up and down
points: 9
console: sorted
allow: points iterations because the number of iterations is a matter of time
allow: points data_sent because the number of iterations is a matter of time
allow: points data_received because the number of iterations is a matter of time
allow: points iteration_duration because the number of iterations is a matter of time
allow: console iteration because the number of iterations is a matter of time
*/
import exec from 'k6/execution';
import { sleep } from 'k6';

export const options = { scenarios: { ramp: { executor: 'ramping-vus', startVUs: 1, stages: [{ duration: '500ms', target: 3 }, { duration: '500ms', target: 0 }], gracefulRampDown: '1s' } } };

export default function () {
  console.log('iteration', __VU);
  if (__ITER === 0) console.log('VU', exec.vu.idInTest <= 3, exec.scenario.name);
  sleep(0.1);
}
