/* parity
title: exec names an export that is no function
points: 10, 9
exit: 104
says: value
*/
export const options = { scenarios: { s: { executor: 'per-vu-iterations', exec: 'value' } } };

export const value = 5;

export default function () {
  console.log('never');
}
