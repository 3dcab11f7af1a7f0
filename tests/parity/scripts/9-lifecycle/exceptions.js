/* parity
title: exceptions of all sorts in iterations: the test goes on and exits with 0
points: 9, 10
args: --iterations 12
says: a plain error
says: a thrown text
says: a type of my own
*/
import exec from 'k6/execution';
import { check } from 'k6';

class Mine extends Error {}

export default function () {
  const i = exec.scenario.iterationInTest;
  console.log('iteration', i);
  check(i, { 'before the exception': true });
  if (i === 0) throw new Error('a plain error');
  if (i === 1) throw new TypeError('a type error');
  if (i === 2) throw 'a thrown text';
  if (i === 3) throw { code: 5, message: 'a thrown object' };
  if (i === 4) throw null;
  if (i === 5) throw undefined;
  if (i === 6) throw 42;
  if (i === 7) throw new Mine('a type of my own');
  if (i === 8) undefined.property;
  if (i === 9) nothingLikeThis();
  if (i === 10) throw new Error('with a cause', { cause: new Error('the cause') });
  check(i, { 'never but once': true });
  console.log('end', i);
}
