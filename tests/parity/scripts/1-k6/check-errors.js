/* parity
title: check with checkers that throw, async checkers, bad names, no sets
points: 1, 10
*/
import { check } from 'k6';

function attempt(name, f) {
  try {
    console.log(name, 'gives', JSON.stringify(f()));
  } catch (e) {
    console.log(name, 'throws', e instanceof Error, String(e && e.message !== undefined ? e.message : e));
  }
}
const says = (f, words) => {
  try { f(); return 'nothing thrown'; } catch (e) { return String(e).includes(words); }
};

export default function () {
  attempt('throws an error', () => check(1, { before: true, boom: () => { throw new Error('in checker'); }, after: true }));
  attempt('throws a text', () => check(1, { 'boom text': () => { throw 'just text'; } }));
  attempt('throws a type error of its own class', () => check(1, { 'boom type': () => { throw new TypeError('mine'); } }));
  class Mine extends Error { constructor(m) { super(m); this.name = 'Mine'; this.extra = 42; } }
  try {
    check(1, { 'boom mine': () => { throw new Mine('own'); } });
  } catch (e) {
    console.log('own class survives', e instanceof Mine, e.name, e.extra, e.message);
  }
  console.log('colons', says(() => check(1, { 'a::b': true }), 'may not contain'));
  console.log('no sets', says(() => check(1), 'no checks provided'));
  console.log('null sets', says(() => check(1, null), ''));
  console.log('undefined sets', says(() => check(1, undefined), ''));
  attempt('number as sets', () => check(1, 5));
  attempt('text as sets', () => check(1, 'ab'));
  console.log('bad tag', says(() => check(1, { 'with bad tag': true }, { deep: { a: 1 } }), 'invalid value for metric tag'));
  attempt('null tags', () => check(1, { 'with null tags': true }, null));
  console.log('async checker', says(() => check(1, { 'async one': async () => true }), 'async'));
  attempt('promise as a value', () => check(Promise.resolve(1), { 'gets a promise': (p) => p instanceof Promise }));
}
