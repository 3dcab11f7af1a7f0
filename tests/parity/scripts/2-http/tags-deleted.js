/* parity
title: tags of the run, of the scenario and of the system that the VU deletes
points: 5, 9
*/
import http from 'k6/http';
import exec from 'k6/execution';
import { say } from '../_lib/answer.js';

export const options = {
  tags: { run: 'run' },
  scenarios: { shop: { executor: 'per-vu-iterations', vus: 1, iterations: 2, tags: { shared: 'scenario', kept: 'kept' } } },
};

export default function () {
  const { tags } = exec.vu.metrics;
  if (exec.scenario.iterationInTest === 0) {
    tags.shared = 'vu';
    for (const name of ['shared', 'run', 'scenario', 'group', 'never']) delete tags[name];
  }
  say('left', [Object.keys(tags), 'shared' in tags]);
  http.get(`${__ENV.BASE_URL}/status/200`);
}
