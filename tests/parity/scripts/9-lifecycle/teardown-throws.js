/* parity
title: teardown throws: exit 107 after all, summary all the same
points: 9, 10
args: --iterations 2
exit: 107
says: Error: teardown is broken
*/
export default function () {
  console.log('iteration', __ITER);
}

export function teardown() {
  console.log('teardown');
  throw new Error('teardown is broken');
}

export function handleSummary(data) {
  console.log('summary', data.metrics.iterations.values.count);
  return {};
}
