/* parity
title: a bad threshold: expression
points: 3, 9, 10
exit: 104
console: distinct
says: threshold
*/
export const options = { thresholds: { http_req_duration: ['p(95)>>200'] } };

export default function () {
  console.log('never');
}
