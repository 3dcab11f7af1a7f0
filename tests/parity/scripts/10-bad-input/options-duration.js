/* parity
title: odd options: duration
points: 10, 9
exit: 104

*/
export const options = { duration: 'soon' };

export default function () {
  console.log('ran');
}
