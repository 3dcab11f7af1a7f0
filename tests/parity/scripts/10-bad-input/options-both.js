/* parity
title: odd options: both
points: 10, 9
exit: 104

*/
export const options = { iterations: 1, scenarios: { s: { executor: 'per-vu-iterations' } } };

export default function () {
  console.log('ran');
}
