/* parity
title: odd options: text
points: 10, 9
exit: 104

*/
export const options = 'text';

export default function () {
  console.log('ran');
}
