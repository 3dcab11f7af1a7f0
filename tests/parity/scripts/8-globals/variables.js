/* parity
title: __ENV, __VU, __ITER and what is global and what is not
points: 8
args: --vus 2 --iterations 4 -e OWN=value -e EMPTY= -e WITH=a=b -e NUMBER=5
env: FROM_SYSTEM=there
console: sorted
*/
import { say } from '../_lib/answer.js';

let own = 0;

export function setup() {
  say('setup', [__VU, typeof __ITER]);
}

export default function () {
  own += 1;
  say('env', [__ENV.OWN, __ENV.EMPTY, __ENV.WITH, __ENV.NUMBER, __ENV.NOTHING, typeof __ENV.NOTHING, __ENV.FROM_SYSTEM, 'OWN' in __ENV]);
  say('ids', [__VU === 1 || __VU === 2, __ITER + 1 === own]);
  __ENV.WRITTEN = `by this VU`;
  say('written', __ENV.WRITTEN);
  const kinds = {};
  for (const name of ['globalThis', 'global', 'window', 'self', 'document', 'process', 'Buffer', 'fetch', 'URL', 'URLSearchParams', 'structuredClone', 'XMLHttpRequest', 'setImmediate', 'module', 'exports', 'console', 'crypto', 'open', 'require', 'escape', 'eval', 'Function', 'Proxy', 'Reflect', 'BigInt', 'AggregateError', 'FormData', 'Headers', 'AbortController', 'Blob', 'EventTarget', 'WebSocket', 'Deno', 'define']) {
    try { kinds[name] = typeof eval(name); } catch (e) { kinds[name] = 'undefined'; }
  }
  say('globals', kinds);
  say('console', Object.keys(console).sort());
  say('globalThis', [globalThis === global, typeof globalThis.__VU, typeof globalThis.__ENV, typeof this]);
}

export function teardown() {
  say('teardown', [__VU, typeof __ITER]);
}
