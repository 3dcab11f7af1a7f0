/* parity
title: odd options: unknown
points: 10, 9
exit: 0
says: ran
*/
export const options = { nonsense: 1, iterations: 1 };

export default function () {
  console.log('ran');
}
