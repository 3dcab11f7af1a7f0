/* parity
title: an exception from a checker that nobody catches ends the iteration, with its check counted
points: 1, 9, 10
args: --iterations 3
says: Error: from the checker
*/
import { check } from 'k6';

export default function () {
  console.log('before');
  check(1, { first: true, boom: () => { throw new Error('from the checker'); }, never: true });
  console.log('never printed');
}
