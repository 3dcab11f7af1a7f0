/* parity
title: an API as people test it: JSON in and out, status codes, helpers, retries, think time, tags
points: 1, 2, 3, 9
args: --iterations 3 --tag environment=test
*/
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Trend } from 'k6/metrics';
import { answer } from '../_lib/answer.js';

const attempts = new Trend('attempts');
const json = { headers: { 'Content-Type': 'application/json', Accept: 'application/json' } };

function retry(times, call) {
  for (let i = 1; i <= times; i++) {
    const res = call(i);
    if (res.status < 500) { attempts.add(i); return res; }
    sleep(0.01 * i);
  }
  throw new Error('gave up');
}

export default function () {
  const created = http.post(answer({ status: 201, headers: { Location: '/things/5' }, type: 'application/json', body: '{"id":5,"name":"thing","nested":{"list":[1,2,3]}}' }), JSON.stringify({ name: 'thing' }), json);
  check(created, { '201': (r) => r.status === 201, 'location': (r) => r.headers.Location === '/things/5', 'id': (r) => r.json().id === 5, 'nested': (r) => r.json('nested.list.#') === 3 });
  const steady = retry(3, (i) => http.get(answer({ status: i < 3 ? 503 : 200, body: `try ${i}` }), { tags: { name: 'retried', try: i } }));
  check(steady, { 'in the end': (r) => r.body === 'try 3' });
  const updated = http.put(`${__ENV.BASE_URL}/echo`, JSON.stringify({ name: 'new', at: __ITER }), json);
  check(updated, { 'body arrived': (r) => JSON.parse(r.json('body')).at === __ITER });
  check(http.del(`${__ENV.BASE_URL}/status/204`), { gone: (r) => r.status === 204 && r.body === null });
  check(http.get(`${__ENV.BASE_URL}/status/404`), { 'not there': (r) => r.status === 404 });
  if (__ITER === 2) retry(2, () => http.get(`${__ENV.BASE_URL}/status/500`));
  console.log('done', __ITER, steady.timings.duration > 0);
}
