/* parity
title: an import that fails: scheme
points: 8, 10
exit: 107
console: distinct
says: ftp
*/
import x from 'ftp://host.example/x.js';

export default function () {
  console.log('ran', typeof x);
}
