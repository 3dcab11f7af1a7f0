/* parity
title: an import that fails: throwing
points: 8, 10
exit: 107
console: distinct
says: at the top of a module
*/
import x from './_tdz/throwing.js';

export default function () {
  console.log('ran', typeof x);
}
