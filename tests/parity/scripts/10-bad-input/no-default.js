/* parity
title: no default export, but another function
points: 10, 9
exit: 104
says: default
*/
export function other() {
  console.log('never');
}
