// setTimeout and its kin, as k6 has them: the callback must be a function, the delay is in
// milliseconds, and the iteration goes on until no timer is left.

import { clearTimer, setTimer } from 'native:timers';

function start(name, callback, delay, args, repeats) {
  if (typeof callback !== 'function') {
    throw new TypeError(`${name}(): the first argument must be a function, found ${callback}`);
  }
  const call = args.length === 0 ? callback : () => callback(...args);
  return setTimer(() => void call(), Number(delay), repeats);
}

export function setTimeout(callback, delay = 0, ...args) {
  return start('setTimeout', callback, delay, args, false);
}

export function setInterval(callback, delay = 0, ...args) {
  return start('setInterval', callback, delay, args, true);
}

// Anything but the number of a timer is fine, as in browsers.
export function clearTimeout(timer) {
  const number = Number(timer);
  if (Number.isInteger(number) && number > 0) {
    clearTimer(number);
  }
}

export const clearInterval = clearTimeout;
