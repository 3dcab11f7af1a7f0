/* parity
title: setup data: what arrives in iterations and teardown, what is lost, what a VU changes stays its own
points: 9
args: --iterations 3
*/
import { say } from '../_lib/answer.js';

export function setup() {
  console.log('setup', __VU);
  return { text: 'ü ✓', number: 1.5, big: 9007199254740993, none: null, missing: undefined, yes: true, list: [1, [2, { three: 3 }]], deep: { er: { est: 'x' } }, when: new Date(Date.UTC(2020, 0, 2, 3, 4, 5)), set: new Set([1]), map: new Map([['a', 1]]), regexp: /x/, bytes: new Uint8Array([1, 2]), empty: {}, none_list: [] };
}

export default function (data) {
  say(`data at ${__ITER}`, data);
  say('kinds', [typeof data.when, 'missing' in data, Array.isArray(data.list), Object.keys(data).length]);
  data.text = `changed at ${__ITER}`;
  data.added = __ITER;
}

export function teardown(data) {
  say('teardown', data);
}
