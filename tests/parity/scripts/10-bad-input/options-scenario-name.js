/* parity
title: odd options: scenario-name
points: 10, 9
exit: 104

*/
export const options = { scenarios: { 'with space': { executor: 'per-vu-iterations' } } };

export default function () {
  console.log('ran');
}
