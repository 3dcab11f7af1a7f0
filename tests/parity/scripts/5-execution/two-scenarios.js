/* parity
title: one VU in two scenarios: globals and __ITER go on, tags and counts of the scenario start again
points: 5, 9
*/
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';

const counter = new Counter('my_counter');

export const options = {
  scenarios: {
    first: { executor: 'per-vu-iterations', iterations: 2, exec: 'first', gracefulStop: '0s', maxDuration: '1s', env: { NAME: 'one' } },
    second: { executor: 'per-vu-iterations', iterations: 2, exec: 'second', startTime: '1500ms', gracefulStop: '0s', maxDuration: '1s', env: { NAME: 'two' } },
  },
};

let count = 0;

function tell() {
  count += 1;
  counter.add(1);
  console.log(exec.scenario.name, __VU, __ITER, exec.vu.iterationInScenario, exec.scenario.iterationInTest, count, exec.vu.metrics.tags.mine, __ENV.NAME, exec.instance.vusInitialized);
}

export function first() {
  exec.vu.metrics.tags.mine = 'set in the first';
  tell();
}

export function second() {
  tell();
}
