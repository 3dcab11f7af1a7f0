/* parity
title: setup is exported, but no function
points: 10, 9
exit: 255
exit-of-squall: 107 because it is a script that cannot be run, which has a code of its own
says: setup
*/
export const setup = { a: 1 };

export default function () {
  console.log('never');
}
