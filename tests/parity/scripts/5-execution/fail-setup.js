/* parity
title: exec.test.fail in setup: the test runs and exits with 110
points: 5, 9
exit: 110
*/
import exec from 'k6/execution';

export function setup() {
  exec.test.fail('from setup');
  return { after: 'fail' };
}

export default function (data) {
  console.log('data', data.after);
}
