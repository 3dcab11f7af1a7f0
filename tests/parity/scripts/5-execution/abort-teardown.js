/* parity
title: exec.test.abort and fail in teardown
points: 5, 9
exit: 108
*/
import exec from 'k6/execution';

export default function () {
  console.log('ran');
}

export function teardown() {
  console.log('teardown');
  exec.test.abort('at the end');
  console.log('never');
}
