/* parity
title: exec.test.fail: the test goes on and exits with 110
points: 5, 9
args: --iterations 3
exit: 110
says: it is broken
*/
import exec from 'k6/execution';

export default function () {
  console.log('iteration', exec.scenario.iterationInTest);
  if (exec.scenario.iterationInTest === 1) {
    console.log('returns', exec.test.fail('it is broken'));
  }
  console.log('end of', exec.scenario.iterationInTest);
}

export function handleSummary(data) {
  console.log('summary', data.metrics.iterations.values.count);
  return {};
}
