/* parity
title: odd options: nothing
points: 10, 9
exit: 0
says: ran
*/
export const options = undefined;

export default function () {
  console.log('ran');
}
