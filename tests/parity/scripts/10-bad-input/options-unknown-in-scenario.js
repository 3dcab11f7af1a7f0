/* parity
title: odd options: unknown-in-scenario
points: 10, 9
exit: 104
says: nonsense
*/
export const options = { scenarios: { s: { executor: 'per-vu-iterations', nonsense: 1 } } };

export default function () {
  console.log('ran');
}
