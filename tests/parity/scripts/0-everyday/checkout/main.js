/* parity
title: a shop as people write it: users from a file, token in setup, groups, checks, custom metrics, thresholds, teardown
points: 1, 2, 3, 4, 9
console: sorted
*/
import http from 'k6/http';
import exec from 'k6/execution';
import { check, group, sleep, fail } from 'k6';
import { Counter, Rate, Trend } from 'k6/metrics';
import { SharedArray } from 'k6/data';

const users = new SharedArray('users', () => JSON.parse(open('./users.json')));
const orders = new Counter('orders');
const errors = new Rate('order_errors');
const basket = new Trend('basket_size');

export const options = {
  scenarios: {
    buyers: { executor: 'per-vu-iterations', vus: 3, iterations: 3, exec: 'buy', tags: { flow: 'buy' } },
    browsers: { executor: 'shared-iterations', vus: 2, iterations: 4, exec: 'browse', startTime: '100ms' },
  },
  thresholds: {
    http_req_failed: ['rate<0.2'],
    http_req_duration: ['p(95)<5000', { threshold: 'max<20000', abortOnFail: true }],
    'http_req_duration{flow:buy}': ['p(99)<5000'],
    'http_reqs{name:product}': ['count>=8'],
    'checks{flow:buy}': ['rate>0.5'],
    orders: ['count==9'],
    order_errors: ['rate==0'],
  },
};

export function setup() {
  const res = http.post(`${__ENV.BASE_URL}/auth/token`, JSON.stringify({ user: 'parity' }), { headers: { 'Content-Type': 'application/json' } });
  if (!check(res, { 'logged in': (r) => r.status === 200 })) fail(`no token: ${res.status}`);
  return { token: res.json('access_token') };
}

export function buy(data) {
  const user = users[(exec.vu.idInTest + exec.vu.iterationInScenario) % users.length];
  const params = { headers: { Authorization: `Bearer ${data.token}`, 'Content-Type': 'application/json' } };
  group('look', () => {
    for (const id of user.cart) {
      const res = http.get(http.url`${__ENV.BASE_URL}/products/${id}`, { tags: { name: 'product' } });
      check(res, { 'is the product': (r) => r.json().name === `product ${id}`, 'has a price': (r) => r.json('price_cents') > 100 });
    }
  });
  group('pay', () => {
    const res = http.post(`${__ENV.BASE_URL}/checkout`, JSON.stringify({ cart_id: `${user.user}-1`, items: user.cart }), params);
    const ok = check(res, { accepted: (r) => r.json('status') === 'accepted', 'cart is ours': (r) => r.json('cart_id') === `${user.user}-1` });
    errors.add(!ok, { user: user.user });
    if (ok) orders.add(1, { user: user.user });
    basket.add(user.cart.length);
  });
  console.log(`${exec.scenario.name}: ${user.user} bought ${user.cart.length}`);
  sleep(0.01);
}

export function browse() {
  const responses = http.batch({
    catalog: `${__ENV.BASE_URL}/catalog`,
    home: { method: 'GET', url: `${__ENV.BASE_URL}/`, params: { tags: { name: 'home' } } },
    lost: ['GET', `${__ENV.BASE_URL}/status/404`, null, { tags: { name: 'lost' }, responseCallback: http.expectedStatuses(404) }],
  });
  check(responses, {
    'catalog has ten': (r) => r.catalog.json('products.#') === 10,
    'home says ok': (r) => r.home.body === 'ok',
    'lost is lost': (r) => r.lost.status === 404 && r.lost.error_code === 1404,
  });
  console.log('names', responses.catalog.json('products.#.name').slice(0, 2).join(', '));
}

export function teardown(data) {
  const params = { headers: { Authorization: `Bearer ${data.token}` } };
  console.log('revoked', http.del(`${__ENV.BASE_URL}/auth/token`, null, params).status, http.del(`${__ENV.BASE_URL}/auth/token`, null, params).status);
}
