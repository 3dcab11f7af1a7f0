/* parity
title: odd options: rate
points: 10, 9
exit: 104

*/
export const options = { scenarios: { s: { executor: 'constant-arrival-rate', duration: '1s' } } };

export default function () {
  console.log('ran');
}
