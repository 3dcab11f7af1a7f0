/* parity
title: an import that fails: default
points: 8, 10
exit: 107
console: distinct
says: default
*/
import x from './_tdz/no-default.js';

export default function () {
  console.log('ran', typeof x);
}
