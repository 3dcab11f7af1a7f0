/* parity
title: a broken threshold and a teardown that throws: which exit code wins
points: 9
exit: 107
*/
export const options = { thresholds: { iterations: ['count>5'] } };

export default function () {
  console.log('ran');
}

export function teardown() {
  throw new Error('broken too');
}
