/* parity
title: a bad threshold: method
points: 3, 9, 10
exit: 104
console: distinct
says: http_reqs
*/
export const options = { thresholds: { http_reqs: ['avg<200'] } };

export default function () {
  console.log('never');
}
