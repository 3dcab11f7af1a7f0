/* parity
title: an import that fails: bare
points: 8, 10
exit: 107
console: distinct
says: lodash
*/
import x from 'lodash';

export default function () {
  console.log('ran', typeof x);
}
