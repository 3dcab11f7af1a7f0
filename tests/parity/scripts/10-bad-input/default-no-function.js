/* parity
title: a default export that is no function
points: 10, 9
exit: 255
exit-of-squall: 104 because it is a script that cannot be run, which has a code of its own
*/
export default { not: 'a function' };
