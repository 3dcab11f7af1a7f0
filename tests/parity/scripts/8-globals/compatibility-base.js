/* parity
title: --compatibility-mode=base: no `global`, the language is the same
points: 8
differs: there is one mode, with `global`
args: --compatibility-mode base
*/
export default function () {
  console.log(typeof global, typeof globalThis, [1, 2].at(-1), ({ a: 1 })?.a);
}
