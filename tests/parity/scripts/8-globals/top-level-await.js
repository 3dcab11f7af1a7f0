/* parity
title: top-level await in the init context
points: 8
console: distinct
*/
import { setTimeout as set } from 'k6/timers';

const value = await Promise.resolve(42);
console.log('awaited', value);
let options_value;
await (async () => { options_value = { iterations: 2, vus: 1 }; })();

export const options = options_value;

export default function () {
  console.log('value', value, __ITER);
}
