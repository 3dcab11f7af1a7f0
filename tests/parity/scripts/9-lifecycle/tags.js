/* parity
title: tags from everywhere and which wins
points: 9, 3
args: --tag run=cli --tag who=cli
*/
import exec from 'k6/execution';
import http from 'k6/http';
import { check } from 'k6';
import { Counter } from 'k6/metrics';

const counter = new Counter('my_counter');

export const options = {
  tags: { run: 'options', only: 'options' },
  scenarios: { s: { executor: 'per-vu-iterations', tags: { who: 'scenario', level: 'scenario' } } },
};

export default function () {
  counter.add(1);
  exec.vu.metrics.tags.level = 'vu';
  counter.add(2);
  counter.add(3, { level: 'call', run: 'call' });
  http.get(`${__ENV.BASE_URL}/status/200`, { tags: { level: 'call' } });
  check(1, { c: true }, { level: 'call' });
}
