/* parity
title: exec.test.abort while other VUs work: they are interrupted
points: 5, 9
exit: 108
console: sorted
*/
import exec from 'k6/execution';
import { sleep } from 'k6';

export const options = { scenarios: { long: { executor: 'per-vu-iterations', vus: 2, exec: 'long' }, stops: { executor: 'per-vu-iterations', startTime: '200ms', exec: 'stops' } } };

export function long() {
  console.log('long starts');
  sleep(20);
  if (Date.now() < 0) console.log('never');
}

export function stops() {
  exec.test.abort('stop');
}

export function teardown() {
  console.log('teardown');
}

export function handleSummary(data) {
  console.log('summary', data.metrics.iterations === undefined);
  return {};
}
