/* parity
title: odd options: zero-iterations
points: 10, 9
exit: 104

*/
export const options = { iterations: 0 };

export default function () {
  console.log('ran');
}
