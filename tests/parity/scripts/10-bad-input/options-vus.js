/* parity
title: odd options: vus
points: 10, 9
exit: 104

*/
export const options = { vus: 'many' };

export default function () {
  console.log('ran');
}
