/* parity
title: exec.instance in teardown
points: 5
differs: it answers, where k6 throws
*/
import exec from 'k6/execution';

export default function () {}

export function teardown() {
  try {
    console.log(exec.instance.iterationsCompleted);
  } catch (error) {
    console.log('throws');
  }
}
