/* parity
title: a name that a built-in module does not have is undefined
points: 8, 10
exit: 0
console: distinct
*/
import { nothing } from 'k6';

export default function () {
  console.log('ran', typeof x);
}
