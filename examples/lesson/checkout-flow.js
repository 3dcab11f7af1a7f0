// checkout-flow.js — production-grade k6 script skeleton
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Trend, Rate, Counter } from 'k6/metrics';
// --- Custom metrics (defined at init time, shared across VUs) ---
const checkoutLatency = new Trend('checkout_latency_ms', true); // true = high-resolution
const checkoutErrors = new Rate('checkout_error_rate');
const checkoutCount = new Counter('checkouts_attempted');
// --- Thresholds and stages (the test contract) ---
export const options = {
  stages: [
    { duration: '2m', target: 50 }, // ramp up to 50 VUs
    { duration: '5m', target: 50 }, // hold steady load
    { duration: '2m', target: 200 }, // spike to 200 VUs
    { duration: '5m', target: 200 }, // hold spike
    { duration: '2m', target: 0 }, // ramp down
  ],
  thresholds: {
    http_req_duration: ['p(95)<500', 'p(99)<1500'], // SLO gate
    checkout_error_rate: ['rate<0.01'], // <1% errors
    http_req_failed: ['rate<0.005'], // k6 built-in failure rate
  },
};
// setup() runs ONCE before VUs start; its return value is passed to default() and teardown()
export function setup() {
  const res = http.post('https://api.example.com/auth/token', JSON.stringify({
    client_id: 'load-test-bot',
    client_secret: __ENV.API_SECRET, // inject secrets via env, never hardcode
  }), { headers: { 'Content-Type': 'application/json' } });
  check(res, { 'auth OK': (r) => r.status === 200 });
  return { token: res.json('access_token') };
}
// default() is the VU loop — called repeatedly for each VU
export default function (data) {
  const headers = {
    Authorization: `Bearer ${data.token}`,
    'Content-Type': 'application/json',
  };
  const start = Date.now();
  const res = http.post('https://api.example.com/checkout', JSON.stringify({
    cart_id: `cart-${__VU}-${__ITER}`, // __VU = VU number, __ITER = iteration count
    promo_code: 'LOAD_TEST',
  }), { headers });
  checkoutLatency.add(Date.now() - start);
  checkoutCount.add(1);
  const ok = check(res, {
    'status 200': (r) => r.status === 200,
    'order_id present': (r) => r.json('order_id') !== undefined,
  });
  checkoutErrors.add(!ok);
  sleep(1); // think time between iterations (model real user pace)
}
export function teardown(data) {
  // revoke the test token to leave the auth system clean
  http.del('https://api.example.com/auth/token', null, {
    headers: { Authorization: `Bearer ${data.token}` },
  });
}
