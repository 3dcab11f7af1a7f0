// The globals that scripts find: `console`, timers, `open`, `__VU`, `__ITER` and the random numbers
// of `Math`. Evaluated once, before the script.

import 'squall:warm';
import 'squall:console';
import 'squall:random';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'squall:timers';
import { open } from 'squall:open';
import { differsByVu, onAwake } from 'native:script';

const define = (name, value) =>
  Object.defineProperty(globalThis, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });

define('global', globalThis);
define('setTimeout', setTimeout);
define('clearTimeout', clearTimeout);
define('setInterval', setInterval);
define('clearInterval', clearInterval);
define('open', open);

// 0 in init code. Whoever looks at it there wants something else in each VU.
function watch(name) {
  Object.defineProperty(globalThis, name, {
    get() {
      differsByVu(`it reads ${name}`);
      return 0;
    },
    set(value) {
      define(name, value);
    },
    configurable: true,
    enumerable: false,
  });
}

watch('__VU');
watch('__ITER');
// The engine sets them to plain values when a VU starts.
onAwake(() => {
  define('open', () => {
    throw new Error(
      'open() can only be called in the init context, that is, outside of all functions: ' +
        'it runs before the test starts',
    );
  });
});
