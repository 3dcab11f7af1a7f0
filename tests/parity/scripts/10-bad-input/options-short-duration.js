/* parity
title: odd options: short-duration
points: 10, 9
exit: 104
says: 1s
*/
export const options = { scenarios: { s: { executor: 'constant-vus', duration: '10ms' } } };

export default function () {
  console.log('ran');
}
