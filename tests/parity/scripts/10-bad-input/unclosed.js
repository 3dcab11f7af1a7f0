/* parity
title: a file that ends in the middle
points: 10
exit: 107
says: unclosed.js
*/
export default function () {
  if (true) {
