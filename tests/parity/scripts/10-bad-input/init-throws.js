/* parity
title: the init context throws
points: 10, 9
exit: 107
says: init is broken
*/
console.log('init');
throw new Error('init is broken');

export default function () {
  console.log('never');
}
