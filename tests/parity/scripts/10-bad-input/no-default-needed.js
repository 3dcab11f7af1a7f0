/* parity
title: no default export, and none needed
points: 10, 9
*/
export const options = { scenarios: { s: { executor: 'per-vu-iterations', exec: 'other' } } };

export function other() {
  console.log('other');
}
