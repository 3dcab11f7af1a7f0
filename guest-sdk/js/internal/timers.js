// setTimeout and its kin, as k6 has them: the callback must be a function, the delay is in
// milliseconds, and the iteration goes on until no timer is left.

import { clearTimer, setTimer } from 'native:timers';

function start(name, callback, delay, args, repeats) {
  if (typeof callback !== 'function') {
    throw new TypeError(`${name}'s callback isn't a callable function`);
  }
  return setTimer(callback, Number(delay), repeats, ...args);
}

export function setTimeout(callback, delay, ...args) {
  return start('setTimeout', callback, delay, args, false);
}

export function setInterval(callback, delay, ...args) {
  return start('setInterval', callback, delay, args, true);
}

// Anything but the number of a timer is fine, as in browsers.
export function clearTimeout(timer) {
  const number = Number(timer);
  if (Number.isInteger(number) && number > 0) {
    clearTimer(number);
  }
}

export function clearInterval(timer) {
  clearTimeout(timer);
}
