/* parity
title: scenarios: exec, env, tags, startTime, order, ids; shared- and per-vu-iterations
points: 9, 5
console: sorted
*/
import exec from 'k6/execution';
import http from 'k6/http';
import { check } from 'k6';

export const options = {
  scenarios: {
    first: { executor: 'shared-iterations', vus: 2, iterations: 3, exec: 'browse', env: { WHO: 'first', ONLY: 'here' }, tags: { kind: 'a' } },
    second: { executor: 'per-vu-iterations', vus: 2, iterations: 2, exec: 'buy', startTime: '300ms', env: { WHO: 'second' }, tags: { kind: 'b', more: 'yes' }, maxDuration: '10s' },
    third: { executor: 'per-vu-iterations', startTime: '600ms', gracefulStop: '0s' },
  },
  thresholds: { 'iterations{scenario:first}': ['count==3'], 'iterations{kind:b}': ['count==4'] },
};

export function browse(data) {
  console.log('browse', exec.scenario.name, exec.scenario.executor, __ENV.WHO, __ENV.ONLY, data.from);
  http.get(`${__ENV.BASE_URL}/status/200`, { tags: { name: 'browse' } });
}

export function buy() {
  console.log('buy', exec.scenario.name, exec.scenario.executor, __ENV.WHO, __ENV.ONLY, exec.vu.iterationInScenario);
  check(1, { bought: true }, { shop: 'north' });
}

export default function () {
  console.log('default', exec.scenario.name, exec.scenario.iterationInTest, __ENV.WHO);
}

export function setup() {
  return { from: 'setup' };
}
