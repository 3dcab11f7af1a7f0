/* parity
title: a bad threshold: metric
points: 3, 9, 10
exit: 104
console: distinct
says: no_such_metric
*/
export const options = { thresholds: { no_such_metric: ['count>1'] } };

export default function () {
  console.log('never');
}
