/* parity
title: setTimeout, setInterval, clear, order with promises, arguments, sleep in between, end of an iteration
points: 8
args: --iterations 2
*/
import { sleep } from 'k6';
import timers, { setTimeout as set, clearTimeout as clear } from 'k6/timers';
import exec from 'k6/execution';
import { attempt, say } from '../_lib/answer.js';

export default function () {
  const start = Date.now();
  const log = [];
  const i = exec.scenario.iterationInTest;
  if (i === 0) {
    say('module', [Object.keys(timers).sort(), typeof set, typeof clear]);
    say('globals', [typeof setTimeout, typeof clearTimeout, typeof setInterval, typeof clearInterval, typeof setImmediate, typeof queueMicrotask]);
  }
  const id = setTimeout(() => log.push('cleared'), 10);
  say('id', [typeof id, id > 0]);
  clearTimeout(id);
  setTimeout(() => log.push('50'), 50);
  setTimeout(() => log.push('20'), 20);
  setTimeout(() => log.push('0'), 0);
  setTimeout(() => log.push('also 0'), 0);
  setTimeout(() => log.push('none'));
  setTimeout((a, b) => log.push(`arguments ${a} ${b}`), 30, 'one', 2);
  Promise.resolve().then(() => log.push('microtask')).then(() => log.push('microtask 2'));
  log.push('sync');
  let count = 0;
  const interval = setInterval((word) => {
    count += 1;
    log.push(`${word} ${count}`);
    if (count === 3) clearInterval(interval);
  }, 60, 'tick');
  set(() => {
    log.push('via module');
    Promise.resolve().then(() => log.push('microtask of a timer'));
    setTimeout(() => log.push('nested 0'), 0);
  }, 100);
  // The event loop waits while the VU sleeps.
  sleep(0.01);
  log.push('after sleep');
  attempt('clear of nothing', () => clearTimeout(undefined));
  attempt('clear of unknown', () => clearTimeout(987654));
  attempt('clear of a text', () => clearTimeout('x'));
  attempt('no function', () => typeof setTimeout('text', 1));
  attempt('nothing', () => typeof setTimeout());
  attempt('negative', () => typeof setTimeout(() => log.push('negative'), -5));
  attempt('interval of zero', () => { const id = setInterval(() => { clearInterval(id); }, 0); return typeof id; });
  setTimeout(() => {
    say('log', log);
    say('took', Date.now() - start >= 240 && Date.now() - start < 1500);
  }, 250);
  console.log('end of the function', i);
}
