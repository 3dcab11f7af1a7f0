// @ts-check
/// <reference path="./squall.d.ts" />

// Users who log in once, then read and write through an HTTP API.
//     squall run -e BASE_URL=https://test.example.com -e API_SECRET=secret {{ .ScriptName }}

import http from 'k6/http';
import exec from 'k6/execution';
import { check, group, sleep } from 'k6';
import { Rate, Trend } from 'k6/metrics';

const BASE_URL = __ENV.BASE_URL || 'http://127.0.0.1:8080';
const JSON_HEADERS = { 'Content-Type': 'application/json' };

// Metrics of your own; thresholds can be set on them as on any other.
const ordersFailed = new Rate('orders_failed');
const timeToOrder = new Trend('time_to_order', true);

export const options = {
  stages: [
    { duration: '10s', target: 5 }, // up to 5 users
    { duration: '20s', target: 10 }, // up to 10
    { duration: '5s', target: 0 }, // and down
  ],
  // When one of these does not hold, the run fails with exit code 99.
  thresholds: {
    http_req_failed: ['rate<0.01'],
    http_req_duration: ['p(95)<500', 'p(99)<1000'],
    orders_failed: ['rate<0.01'],
  },
};

// Runs once, before the load. What it returns is handed to every user.
export function setup() {
  const credentials = { client_id: 'load-test', client_secret: __ENV.API_SECRET };
  const response = http.post(`${BASE_URL}/auth/token`, JSON.stringify(credentials), {
    headers: JSON_HEADERS,
  });
  if (response.status !== 200) {
    exec.test.abort(`no token from ${BASE_URL}: ${response.status} ${response.error}`);
  }
  return { token: response.json('access_token') };
}

/**
 * What each user does, over and over.
 * @param {{ token: string }} data what setup() returned
 */
export default function (data) {
  group('read', () => {
    const id = 1 + Math.floor(Math.random() * 1000);
    // One name for all products: one line in the results, not one a product.
    const response = http.get(`${BASE_URL}/products/${id}`, {
      tags: { name: 'GET /products/:id' },
    });
    check(response, {
      'product is there': (r) => r.status === 200,
      'product is the right one': (r) => r.json('id') === id,
    });
  });

  sleep(0.5 + Math.random()); // people do not all click at the same pace

  group('write', () => {
    const start = Date.now();
    const order = { cart_id: `cart-${exec.vu.idInTest}-${exec.vu.iterationInInstance}` };
    const response = http.post(`${BASE_URL}/checkout`, JSON.stringify(order), {
      headers: { ...JSON_HEADERS, Authorization: `Bearer ${data.token}` },
    });
    const isPlaced = check(response, {
      'order is taken': (r) => r.status === 200,
      'order has an id': (r) => r.json('order_id') !== undefined,
    });
    timeToOrder.add(Date.now() - start);
    ordersFailed.add(!isPlaced);
  });

  sleep(0.5 + Math.random());
}

/**
 * Runs once, after the load.
 * @param {{ token: string }} data what setup() returned
 */
export function teardown(data) {
  http.del(`${BASE_URL}/auth/token`, null, {
    headers: { Authorization: `Bearer ${data.token}` },
  });
}
