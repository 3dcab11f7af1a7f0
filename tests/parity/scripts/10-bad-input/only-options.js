/* parity
title: a script that exports nothing but options
points: 10, 9
exit: 255
exit-of-squall: 104 because it is a script that cannot be run, which has a code of its own
says: function
*/
export const options = { iterations: 1 };
