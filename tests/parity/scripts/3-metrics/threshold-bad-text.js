/* parity
title: a bad threshold: text
points: 3, 9, 10
exit: 104
console: distinct

*/
export const options = { thresholds: { http_reqs: 'count>1' } };

export default function () {
  console.log('never');
}
