/* parity
title: a bad threshold: submetric
points: 3, 9, 10
exit: 104
console: distinct
says: status
*/
export const options = { thresholds: { 'http_reqs{status}': ['count>1'] } };

export default function () {
  console.log('never');
}
