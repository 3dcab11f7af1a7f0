/* parity
title: declaring metrics: names, twice, in the wrong place, of another kind
points: 3, 10
console: distinct
*/
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import { attempt } from '../_lib/answer.js';

const names = ['a', 'ab', '_x', 'A_b9', '9a', 'a-b', 'a b', 'a.b', 'ü', '', 'x'.repeat(128), 'x'.repeat(129), 'x'.repeat(130), 'a:b', 'a{b}', ' ab', 'ab\n'];
for (const name of names) attempt(`"${name.length > 20 ? name.length : name}"`, () => new Counter(name).name.length);
for (const name of [undefined, null, 5, {}, []]) attempt(`a ${typeof name} as a name`, () => typeof new Counter(name).name);
attempt('no arguments', () => new Counter().name);

const first = new Counter('declared');
attempt('again', () => new Counter('declared').name);
attempt('again as another kind', () => new Trend('declared').name, 'already exists');
attempt('again as time', () => new Counter('declared', true).name, 'already exists');
attempt('built in, same kind', () => new Counter('http_reqs').name);
attempt('built in, other kind', () => new Rate('http_reqs').name, 'already exists');
attempt('built in, other content', () => new Trend('http_req_duration').name);
attempt('built in, same content', () => new Trend('http_req_duration', true).name);
attempt('add in init', () => first.add(1), 'init context');
attempt('truthy time', () => new Gauge('truthy_time', 'yes').name);
attempt('falsy time', () => new Gauge('falsy_time', 0).name);

export default function () {
  attempt('in an iteration', () => new Counter('too_late').name, 'init context');
  attempt('in an iteration, known', () => new Counter('declared').name, 'init context');
  first.add(1);
  new Array(1).forEach(() => first.add(2));
  const { add } = first;
  attempt('without its object', () => add(3));
}
