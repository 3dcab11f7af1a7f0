/* parity
title: a variable of a module cycle that is read too early
points: 8, 10
exit: 107
says: ReferenceError
*/
import { late } from './_tdz/b.js';

export const early = 'early';

export default function () {
  console.log('never', late);
}
