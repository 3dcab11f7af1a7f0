/* parity
title: setup throws: exit 107, no iteration, no teardown, but a summary
points: 9, 10
exit: 107
says: Error: setup is broken
*/
export function setup() {
  console.log('setup');
  throw new Error('setup is broken');
}

export default function () {
  console.log('never');
}

export function teardown() {
  console.log('never teardown');
}

export function handleSummary(data) {
  console.log('summary', Object.keys(data).filter((key) => key !== 'squall').sort().join(), data.metrics.iterations === undefined);
  return {};
}
