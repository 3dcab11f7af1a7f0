// What the options in thresholds-options.js need to run: their custom metric, and requests to the
// two addresses that they set thresholds on.
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Rate } from 'k6/metrics';

export { options } from './thresholds-options.js';

const checkoutErrors = new Rate('checkout_error_rate');
const jsonHeaders = { 'Content-Type': 'application/json' };

export function setup() {
  const credentials = JSON.stringify({ client_id: 'load-test-bot' });
  const res = http.post('https://api.example.com/auth/token', credentials, {
    headers: jsonHeaders,
  });
  return { token: res.json('access_token') };
}

export default function (data) {
  const catalog = http.get('https://api.example.com/catalog');
  check(catalog, { 'catalog has products': (r) => r.json('products').length > 0 });

  const cart = JSON.stringify({ cart_id: `cart-${__VU}-${__ITER}` });
  const order = http.post('https://api.example.com/checkout', cart, {
    headers: { ...jsonHeaders, Authorization: `Bearer ${data.token}` },
  });
  const ok = check(order, { 'order is placed': (r) => r.status === 200 });
  checkoutErrors.add(!ok);

  sleep(0.5);
}
