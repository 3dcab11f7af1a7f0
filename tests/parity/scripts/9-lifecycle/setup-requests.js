/* parity
title: requests, checks, groups and metrics in setup and teardown and their tags
points: 9, 2, 3
args: --tag run=wide
*/
import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { Counter } from 'k6/metrics';

const counter = new Counter('my_counter');

export function setup() {
  const res = http.get(`${__ENV.BASE_URL}/json`);
  check(res, { 'in setup': (r) => r.status === 200 });
  group('inner', () => { counter.add(1); check(1, { 'in a group of setup': true }); });
  sleep(0.01);
  return res.json();
}

export default function (data) {
  counter.add(10);
  console.log('name', data.name, data.items.length);
  check(data, { 'in an iteration': (d) => d.name === 'squall' });
}

export function teardown(data) {
  http.get(`${__ENV.BASE_URL}/status/200`, { tags: { from: 'teardown' } });
  check(data, { 'in teardown': (d) => d.ok === true });
  counter.add(100);
}
