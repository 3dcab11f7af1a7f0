/* parity
title: tags of a request, a scenario, the run and the VU together: which one wins, odd names and values
points: 2, 5, 9
args: --tag run=all --tag shared=run
*/
import http from 'k6/http';
import exec from 'k6/execution';
import { group } from 'k6';
import { attempt } from '../_lib/answer.js';

export const options = { scenarios: { shop: { executor: 'per-vu-iterations', vus: 1, iterations: 1, tags: { shared: 'scenario', of: 'scenario' } } } };

export default function () {
  const url = `${__ENV.BASE_URL}/status/200`;
  http.get(url);
  exec.vu.metrics.tags.shared = 'vu';
  http.get(url);
  http.get(url, { tags: { shared: 'request', of: 'request', run: 'request' } });
  group('g', () => http.get(url, { tags: { group: 'mine' } }));
  for (const [name, tags] of Object.entries({ empty: { '': 'x' }, blank: { a: '' }, dots: { 'a.b': 'c' }, unicode: { 'ü': 'ß' }, number: { 5: 6 }, long: { l: 'x'.repeat(300) } })) {
    attempt(name, () => http.get(url, { tags }).status);
  }
}
