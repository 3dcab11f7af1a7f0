/* parity
title: an import that fails: broken
points: 8, 10
exit: 107
console: distinct
says: broken.js
*/
import x from './_tdz/broken.js';

export default function () {
  console.log('ran', typeof x);
}
