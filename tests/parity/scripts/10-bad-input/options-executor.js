/* parity
title: odd options: executor
points: 10, 9
exit: 104
says: no-such
*/
export const options = { scenarios: { s: { executor: 'no-such' } } };

export default function () {
  console.log('ran');
}
