// The lesson takes http, check and sleep as given; these two imports are all that is added.
import http from 'k6/http';
import { check, sleep } from 'k6';

import { SharedArray } from 'k6/data';
import { randomItem } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
// SharedArray is loaded ONCE at init time and shared read-only across all VUs
// No per-VU memory overhead — critical when running 10k+ VUs
const products = new SharedArray('products', function () {
  return JSON.parse(open('./data/products.json')); // 10,000 product IDs
});
const users = new SharedArray('users', function () {
  return JSON.parse(open('./data/users.json')); // 5,000 test user accounts
});
export default function () {
  const product = randomItem(products);
  const user = randomItem(users);
  const res = http.get(`https://api.example.com/products/${product.id}`, {
    tags: { name: 'GET /products/:id' }, // group metric regardless of ID
  });
  check(res, { 'status 200': (r) => r.status === 200 });
  sleep(Math.random() * 2 + 0.5); // random think time 0.5–2.5s — not a fixed 1s
}
