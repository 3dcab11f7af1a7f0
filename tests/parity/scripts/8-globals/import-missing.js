/* parity
title: an import that fails: missing
points: 8, 10
exit: 107
console: distinct
says: nothing-here.js
*/
import x from './nothing-here.js';

export default function () {
  console.log('ran', typeof x);
}
