/* parity
title: an exception while a SharedArray is made ends the test in its init context
points: 4, 9, 10
exit: 107
says: cannot make it
*/
import { SharedArray } from 'k6/data';

new SharedArray('broken', () => { throw new Error('cannot make it'); });

export default function () {
  console.log('never');
}
