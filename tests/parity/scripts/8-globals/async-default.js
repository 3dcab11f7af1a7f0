/* parity
title: an async default function, await in loops, try and finally, errors in it, forgotten promises
points: 8, 10
args: --iterations 4
says: Error: thrown in async
*/
import { check, group, sleep } from 'k6';
import exec from 'k6/execution';

const wait = (ms, value) => new Promise((resolve) => setTimeout(() => resolve(value), ms));

export default async function () {
  const i = exec.scenario.iterationInTest;
  console.log('iteration', i, await wait(5, 'value'));
  if (i === 0) {
    const seen = [];
    for (let n = 0; n < 3; n++) { await wait(2); seen.push(n); }
    try { await Promise.reject(new TypeError('rejected')); } catch (e) { seen.push(e.message); } finally { seen.push('finally'); }
    console.log(seen.join());
    console.log(JSON.stringify(await Promise.allSettled([wait(3, 1), Promise.reject('no'), 5])));
    try { await Promise.any([Promise.reject(1), Promise.reject(2)]); } catch (e) { console.log(e.constructor.name, e.errors.join()); }
    check(await wait(1, 7), { 'awaited value': (v) => v === 7 });
  }
  if (i === 1) {
    await wait(1);
    throw new Error('thrown in async');
  }
  if (i === 2) {
    wait(30).then(() => console.log('the iteration waits for this'));
    group('sync group', () => console.log('in a group'));
    sleep(0.01);
  }
  if (i === 3) return wait(2, 'a result is ignored');
  console.log('end', i);
}
