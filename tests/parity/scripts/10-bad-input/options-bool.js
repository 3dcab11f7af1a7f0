/* parity
title: odd options: bool
points: 10, 9
exit: 104

*/
export const options = { noConnectionReuse: 'maybe' };

export default function () {
  console.log('ran');
}
