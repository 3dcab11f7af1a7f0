/* parity
title: odd options: fewer-iterations
points: 10, 9
exit: 104

*/
export const options = { vus: 5, iterations: 2 };

export default function () {
  console.log('ran');
}
