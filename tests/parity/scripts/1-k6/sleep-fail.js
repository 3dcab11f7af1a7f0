/* parity
title: sleep (fractions, odd arguments) and fail
points: 1, 10
args: --iterations 4
says: stop, please
*/
import { sleep, fail } from 'k6';
import exec from 'k6/execution';

function took(f) { const start = Date.now(); f(); return Date.now() - start; }

export default function () {
  const i = exec.scenario.iterationInTest;
  console.log('iteration', i);
  if (i === 0) {
    const ms = took(() => sleep(0.25));
    console.log('quarter', ms >= 245 && ms < 600);
    const none = took(() => sleep(0));
    console.log('zero', none < 100);
    console.log('negative', took(() => sleep(-1)) < 100);
    console.log('returns', sleep(0.001));
    console.log('text', took(() => sleep('0.2')) >= 195);
    for (const bad of [undefined, NaN, null, 'abc', {}]) {
      try { console.log('odd', String(bad), took(() => sleep(bad)) < 100); } catch (e) { console.log('odd', String(bad), 'throws', e.message); }
    }
  }
  if (i === 1) fail('stop, please');
  if (i === 2) {
    try { fail('caught'); } catch (e) { console.log('caught', e instanceof Error, typeof e, e.message); }
    try { fail(); } catch (e) { console.log('no words', e instanceof Error, JSON.stringify(e.message)); }
    try { fail(42); } catch (e) { console.log('number', e.message); }
  }
  console.log('end of', i);
}
