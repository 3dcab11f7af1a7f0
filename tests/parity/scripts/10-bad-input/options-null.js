/* parity
title: odd options: null
points: 10, 9
exit: 0
says: ran
*/
export const options = null;

export default function () {
  console.log('ran');
}
