/* parity
title: exec.test.fail together with a broken threshold
points: 5, 9
exit: 110
*/
import exec from 'k6/execution';

export const options = { thresholds: { iterations: ['count>5'] } };

export default function () {
  exec.test.fail('broken too');
}
