/* parity
title: exec.test.abort in the init context: exit 108
points: 5, 9
exit: 108
console: distinct
says: test aborted: not today
*/
import exec from 'k6/execution';

console.log('init');
exec.test.abort('not today');
console.log('never');

export default function () {
  console.log('never');
}
