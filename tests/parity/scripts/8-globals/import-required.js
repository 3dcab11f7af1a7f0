/* parity
title: an import that fails: required
points: 8, 10
exit: 107
console: distinct
says: nothing-here.js
*/
const x = require('./nothing-here.js');

export default function () {
  console.log('ran', typeof x);
}
