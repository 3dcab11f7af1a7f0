/* parity
title: CommonJS modules run in the order of imports; names that they have not are undefined
points: 8
console: distinct
*/
import './polyfill.js';
import library, { hasPolyfill, nothing } from './library.js';
import { deep } from './deep.js';
import { fromLoop } from './loop.js';
import './waits.js';
import late from './late.js';
import { say } from '../../_lib/answer.js';

export const name = 'main';

export default function () {
  say('library', [library.hasPolyfill, hasPolyfill, nothing, deep, fromLoop(), late.seen]);
}
