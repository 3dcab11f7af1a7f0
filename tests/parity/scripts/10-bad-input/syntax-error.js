/* parity
title: a syntax error: exit 107 and the place
points: 10
exit: 107
says: syntax-error.js
*/
export default function () {
  const a = ;
}
