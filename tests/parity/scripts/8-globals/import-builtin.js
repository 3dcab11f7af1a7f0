/* parity
title: an import that fails: builtin
points: 8, 10
exit: 107
console: distinct
says: k6/nothing
*/
import x from 'k6/nothing';

export default function () {
  console.log('ran', typeof x);
}
