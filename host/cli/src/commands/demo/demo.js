// A shop under load: everybody looks around, and some buy.
//
// This is an ordinary script, which runs wherever the shop is:
//     squall run -e SHOP_URL=http://127.0.0.1:8080 shop.js

import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';

const SHOP_URL = __ENV.SHOP_URL || 'http://127.0.0.1:8080';
const JSON_HEADERS = { 'Content-Type': 'application/json' };

// Metrics of our own stand in the summary beside the built-in ones.
const orders = new Counter('orders');
const timeToOrder = new Trend('time_to_order', true); // true: the values are times

export const options = {
  vus: 10,
  duration: '10s',
  thresholds: {
    // The run fails, with exit code 99, when one of these does not hold.
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    http_req_duration: ['p(95)<300'],
    'http_req_duration{name:POST /checkout}': ['p(90)<500'],
  },
};

// Runs once, before the load; every VU gets what it returns.
export function setup() {
  const credentials = { user: 'demo', password: __ENV.SHOP_PASSWORD || 'demo' };
  const login = http.post(`${SHOP_URL}/login`, JSON.stringify(credentials), {
    headers: JSON_HEADERS,
  });
  if (login.status !== 200) {
    throw new Error(`cannot log in at ${SHOP_URL}: ${login.status} ${login.error}`);
  }
  return { token: login.json('token') };
}

// Runs over and over, in every VU.
export default function ({ token }) {
  const start = Date.now();

  const product = group('look around', () => {
    const home = http.get(`${SHOP_URL}/`);
    check(home, { 'home page is there': (r) => r.status === 200 });

    const catalog = http.get(`${SHOP_URL}/products`);
    check(catalog, { 'there are products': (r) => r.json('products.#') > 0 });

    const id = pick(catalog.json('products')).id;
    // One name for all products: the summary has one line for them, not one a product.
    const page = http.get(`${SHOP_URL}/products/${id}`, { tags: { name: 'GET /products/:id' } });
    check(page, { 'product has a price': (r) => r.json('price_cents') > 0 });
    return page.json();
  });

  think(0.1, 0.3);

  // One in three buys what it has looked at.
  if (Math.random() < 1 / 3) {
    group('buy', () => {
      const order = http.post(`${SHOP_URL}/checkout`, JSON.stringify({ product_id: product.id }), {
        headers: { ...JSON_HEADERS, Authorization: `Bearer ${token}` },
        tags: { name: 'POST /checkout' },
      });
      const isPlaced = check(order, {
        'order is placed': (r) => r.status === 201,
        'total is right': (r) => r.json('total_cents') === product.price_cents,
      });
      if (isPlaced) {
        orders.add(1);
        timeToOrder.add(Date.now() - start);
      }
    });
  }

  think(0.1, 0.5);
}

function pick(items) {
  return items[Math.floor(Math.random() * items.length)];
}

// People do not click at once, nor all at the same pace.
function think(shortestS, longestS) {
  sleep(shortestS + Math.random() * (longestS - shortestS));
}
