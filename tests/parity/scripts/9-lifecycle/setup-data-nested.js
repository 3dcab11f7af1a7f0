/* parity
title: setup data: which changes of a VU are there in its next iteration
points: 9
args: --iterations 4
allow: console after because k6 2.x keeps the whole object for a VU, 1.1.0 only its top level
*/
import { say } from '../_lib/answer.js';

export function setup() {
  return { count: 0, list: [1], deep: { count: 0, list: [] } };
}

export default function (data) {
  data.count += 1;
  data.list.push(__ITER);
  data.deep.count += 1;
  data.deep.list.push(__ITER);
  delete data.gone;
  say('after', [data.count, data.list, data.deep.count, data.deep.list]);
}

export function teardown(data) {
  say('teardown', data);
}
