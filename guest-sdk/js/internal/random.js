// `Math.random`, one sequence for each VU. The engine's own generator would give every VU the same
// numbers, since all are copies of one image.

import { random } from 'native:script';

Object.defineProperty(Math, 'random', {
  value: random,
  writable: true,
  configurable: true,
  enumerable: false,
});
