/* parity
title: abortOnFail ends the test early, exit 99, teardown and handleSummary run
points: 3, 9
exit: 99
allow: points iterations because the moment of the end is a matter of time
allow: points data_sent because the moment of the end is a matter of time
allow: points data_received because the moment of the end is a matter of time
allow: points iteration_duration because the moment of the end is a matter of time
allow: points bad because the moment of the end is a matter of time
allow: console working because the moment of the end is a matter of time
*/
import { sleep } from 'k6';
import { Counter } from 'k6/metrics';

const bad = new Counter('bad');

export const options = {
  vus: 1,
  duration: '20s',
  thresholds: { bad: [{ threshold: 'count<2', abortOnFail: true }], iterations: [{ threshold: 'count<1000000', abortOnFail: true, delayAbortEval: '1s' }] },
};

export default function () {
  bad.add(1);
  console.log('working');
  sleep(0.2);
}

export function teardown() {
  console.log('teardown');
}

export function handleSummary(data) {
  console.log('summary', data.state.testRunDurationMs < 10000, JSON.stringify(data.metrics.bad.thresholds));
  return {};
}
