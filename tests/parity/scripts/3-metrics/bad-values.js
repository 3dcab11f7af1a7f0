/* parity
title: values and tags that a metric does not take
points: 3, 10
*/
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import { attempt } from '../_lib/answer.js';

const metrics = { counter: new Counter('a_counter'), gauge: new Gauge('a_gauge'), rate: new Rate('a_rate'), trend: new Trend('a_trend') };

export default function () {
  const values = { nothing: undefined, none: null, nan: NaN, text: 'abc', empty: '', object: {}, list: [], list_of_one: [3], infinite: Infinity, minus_infinite: -Infinity, func: () => 1, hex: '0x10', spaces: ' 5 ', exponent: '1e2', negative: -1 };
  for (const [name, metric] of Object.entries(metrics)) {
    for (const [what, value] of Object.entries(values)) {
      if (what === 'infinite' || what === 'minus_infinite') continue; // JSON cannot say it
      attempt(`${name} ${what}`, () => metric.add(value, { what }));
    }
    attempt(`${name} no arguments`, () => metric.add());
  }
  attempt('object as a tag', () => metrics.counter.add(1, { deep: {} }), 'invalid value for metric tag');
  attempt('list as a tag', () => metrics.counter.add(1, { deep: [1] }), 'invalid value for metric tag');
  attempt('null as a tag', () => metrics.counter.add(1, { deep: null }), 'invalid value for metric tag');
  attempt('undefined as a tag', () => metrics.counter.add(1, { deep: undefined }), 'invalid value for metric tag');
  attempt('function as a tag', () => metrics.counter.add(1, { deep: () => 1 }));
  attempt('text as tags', () => metrics.counter.add(1, 'tags'));
  attempt('number as tags', () => metrics.counter.add(1, 5));
  attempt('list as tags', () => metrics.counter.add(1, ['a']));
  attempt('nan as a tag', () => metrics.counter.add(1, { nan: NaN }));
}
