/* parity
title: the shape of module k6: named, default and namespace imports agree
points: 1, 8
*/
import k6, { check, group, sleep, fail, randomSeed } from 'k6';
import * as all from 'k6';

export default function () {
  console.log('default', Object.keys(k6).sort().join());
  console.log('namespace', Object.keys(all).filter((name) => name !== 'default').sort().join());
  console.log('types', [check, group, sleep, fail, randomSeed].map((f) => typeof f).join());
  console.log('via default', k6.check(1, { 'via default': true }), all.check(1, { 'via namespace': true }));
}
