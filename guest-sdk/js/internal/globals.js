// The globals that scripts find: `console`, timers, `open`, `__VU`, `__ITER` and the random numbers
// of `Math`. Evaluated once, before the script.

import 'squall:warm';
import 'squall:console';
import 'squall:errors';
import 'squall:random';
import 'squall:text-encoding';
import 'squall:webcrypto';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'squall:timers';
import { open } from 'squall:open';
import { iterationNumber, vuNumber } from 'native:script';

const define = (name, value) =>
  Object.defineProperty(globalThis, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: true,
  });

define('global', globalThis);
define('setTimeout', setTimeout);
define('clearTimeout', clearTimeout);
define('setInterval', setInterval);
define('clearInterval', clearInterval);
define('open', open);

// What k6 has not, and by which libraries take an environment for a browser.
for (const name of ['atob', 'btoa', 'queueMicrotask']) {
  delete globalThis[name];
}

// Not values: a VU would write them to the image's table of globals.
function watch(name, get) {
  Object.defineProperty(globalThis, name, {
    get,
    set(value) {
      define(name, value);
    },
    configurable: true,
    enumerable: true,
  });
}

watch('__VU', vuNumber);
watch('__ITER', iterationNumber);
