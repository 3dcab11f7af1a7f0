/* parity
title: exec names a function that is not exported
points: 10, 9
exit: 104
says: nowhere
*/
export const options = { scenarios: { s: { executor: 'per-vu-iterations', exec: 'nowhere' } } };

export default function () {
  console.log('never');
}
