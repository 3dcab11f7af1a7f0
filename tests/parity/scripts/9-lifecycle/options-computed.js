/* parity
title: options: computed by a function, from __ENV and files; tags, systemTags, thresholds by code
points: 9
args: -e COUNT=3
*/
import { Counter } from 'k6/metrics';
const own = new Counter('own');

function build(count) {
  const options = { iterations: count, vus: 1, tags: { test: 'computed', number: '5' }, systemTags: ['scenario', 'group', 'check'], thresholds: {} };
  options.thresholds[`own{n:${count - 1}}`] = ['count==1'];
  return options;
}

export const options = build(Number(__ENV.COUNT));

export default function () {
  console.log('iteration', __ITER);
  own.add(1, { n: __ITER });
}
