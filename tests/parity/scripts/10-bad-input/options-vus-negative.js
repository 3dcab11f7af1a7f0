/* parity
title: odd options: vus-negative
points: 10, 9
exit: 104
says: VUs
*/
export const options = { vus: -1, iterations: 1 };

export default function () {
  console.log('ran');
}
