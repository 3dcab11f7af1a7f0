/* parity
title: a script with bytes that are no UTF-8 in a string
points: 10
exit: 107
says: not-utf8.js
*/
export default function () {
  console.log('length', 'ÿþ'.length);
}
