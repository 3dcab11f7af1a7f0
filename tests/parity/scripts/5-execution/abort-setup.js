/* parity
title: exec.test.abort in setup: exit 108, no iteration
points: 5, 9
exit: 108
says: test aborted
*/
import exec from 'k6/execution';

export function setup() {
  console.log('setup');
  exec.test.abort();
  console.log('never');
}

export default function () {
  console.log('never');
}

export function teardown() {
  console.log('teardown after an aborted setup');
}
