/* parity
title: exec.vu.metrics.tags and metadata, exec.vu.tags: set, read, delete, bad values, over iterations
points: 5, 9
args: --iterations 3 --tag run=wide --system-tags method,status,group,check,scenario,iter,vu,name
*/
import exec from 'k6/execution';
import http from 'k6/http';
import { check, group } from 'k6';
import { Counter } from 'k6/metrics';
import { attempt, say } from '../_lib/answer.js';

export const options = { scenarios: { shop: { executor: 'shared-iterations', iterations: 3, tags: { from: 'scenario' } } } };

const counter = new Counter('my_counter');

export default function () {
  const i = exec.scenario.iterationInTest;
  say(`tags at ${i}`, exec.vu.metrics.tags);
  say(`old tags at ${i}`, exec.vu.tags);
  say(`metadata at ${i}`, exec.vu.metrics.metadata);
  if (i === 0) {
    exec.vu.metrics.tags.colour = 'red';
    exec.vu.metrics.tags.number = 5;
    exec.vu.metrics.tags.yes = true;
    exec.vu.tags.old = 'way';
    exec.vu.metrics.metadata.trace = 'abc';
    exec.vu.metrics.metadata.size = 12;
    say('read', [exec.vu.metrics.tags.colour, exec.vu.metrics.tags.number, exec.vu.tags.colour, exec.vu.metrics.tags.old, exec.vu.metrics.metadata.trace, exec.vu.metrics.metadata.size]);
    say('keys', Object.keys(exec.vu.metrics.tags).sort());
    say('has', ['colour' in exec.vu.metrics.tags, 'nothing' in exec.vu.metrics.tags, exec.vu.metrics.tags.nothing]);
    attempt('object as a tag', () => { exec.vu.metrics.tags.deep = {}; });
    attempt('null as a tag', () => { exec.vu.metrics.tags.none = null; });
    attempt('undefined as a tag', () => { exec.vu.metrics.tags.none = undefined; });
    attempt('list as metadata', () => { exec.vu.metrics.metadata.list = []; });
    attempt('delete of nothing', () => delete exec.vu.metrics.tags.nothing);
    attempt('over a system tag', () => { exec.vu.metrics.tags.scenario = 'mine'; return exec.vu.metrics.tags.scenario; });
    attempt('all tags at once', () => { exec.vu.metrics.tags = { only: 'this' }; return exec.vu.metrics.tags.only; });
  }
  if (i === 1) {
    delete exec.vu.metrics.tags.colour;
    delete exec.vu.metrics.metadata.trace;
  }
  counter.add(1);
  counter.add(1, { colour: 'blue' });
  http.get(`${__ENV.BASE_URL}/status/200`, { tags: { name: 'ok' } });
  group('g', () => { check(1, { fine: true }); say(`group tag at ${i}`, exec.vu.metrics.tags.group); });
}
