/* parity
title: Counter, Gauge, Rate and Trend: values, tags, time, names, what add returns
points: 3, 9
*/
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
import { group } from 'k6';
import { say } from '../_lib/answer.js';

const counter = new Counter('my_counter');
const timed_counter = new Counter('my_timed_counter', true);
const gauge = new Gauge('my_gauge');
const timed_gauge = new Gauge('my_timed_gauge', true);
const rate = new Rate('my_rate');
const trend = new Trend('my_trend');
const timed = new Trend('my_timed_trend', true);
const unused = new Counter('never_added');
const unused_trend = new Trend('never_added_trend');

export default function () {
  say('returns', [counter.add(1), gauge.add(1), rate.add(true), trend.add(1)]);
  say('names', [counter.name, gauge.name, rate.name, trend.name, unused.name, unused_trend.name]);
  say('keys', [Object.keys(counter), typeof counter.add]);
  counter.add(0.5);
  counter.add(0);
  counter.add('2');
  counter.add(true);
  counter.add(false);
  timed_counter.add(100);
  for (const value of [5, -3, 2.5]) gauge.add(value);
  timed_gauge.add(1500);
  for (const value of [true, false, 1, 0, 5, -1, '1', '0', 0.1]) rate.add(value);
  for (let i = 1; i <= 20; i++) trend.add(i * i);
  trend.add(-5);
  trend.add(0.001);
  for (const value of [10, 20, 30, 40]) timed.add(value);
  counter.add(3, { shop: 'north', page: 7, vip: true });
  counter.add(4, { shop: 'south' });
  rate.add(true, { shop: 'north' });
  trend.add(100, { group: 'own group', scenario: 'own scenario' });
  counter.add(1, {});
  counter.add(1, null);
  counter.add(1, undefined);
  group('in a group', () => counter.add(7));
  counter.add(1e15);
  counter.add(new Date(5));
}
