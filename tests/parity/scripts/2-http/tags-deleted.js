/* parity
title: a tag of the scenario that the VU deletes
points: 5, 9
pending: the scenario's value comes back, where k6 leaves the tag out
*/
import http from 'k6/http';
import exec from 'k6/execution';

export const options = { scenarios: { shop: { executor: 'per-vu-iterations', vus: 1, iterations: 1, tags: { shared: 'scenario' } } } };

export default function () {
  exec.vu.metrics.tags.shared = 'vu';
  delete exec.vu.metrics.tags.shared;
  http.get(`${__ENV.BASE_URL}/status/200`);
}
