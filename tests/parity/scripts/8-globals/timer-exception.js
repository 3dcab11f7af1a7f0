/* parity
title: an exception in a timer and an unhandled rejection end the iteration, with an error
points: 8, 10
args: --iterations 5
says: from a timer
says: from a promise
*/
import exec from 'k6/execution';

export default function () {
  const i = exec.scenario.iterationInTest;
  console.log('iteration', i);
  if (i === 0) {
    setTimeout(() => { throw new Error('from a timer'); }, 5);
    setTimeout(() => console.log('a later timer of the iteration that failed'), 60);
  }
  if (i === 1) Promise.reject(new Error('from a promise'));
  if (i === 2) {
    const handled = Promise.reject(new Error('handled'));
    handled.catch((e) => console.log('handled', e.message));
  }
  if (i === 3) {
    // Handled, but too late.
    const late = Promise.reject(new Error('late'));
    setTimeout(() => late.catch(() => console.log('caught late')), 20);
  }
  console.log('end', i);
}
