/* parity
title: exec.test.abort in an iteration: exit 108, teardown runs, nothing after it does
points: 5, 9
args: --iterations 5
exit: 108
says: test aborted: enough of it
*/
import exec from 'k6/execution';

export default function () {
  console.log('iteration', exec.scenario.iterationInTest);
  if (exec.scenario.iterationInTest === 1) {
    try {
      exec.test.abort('enough of it');
    } catch (e) {
      console.log('never caught');
    } finally {
      console.log('never finally');
    }
  }
  console.log('end of', exec.scenario.iterationInTest);
}

export function teardown() {
  console.log('teardown');
}
