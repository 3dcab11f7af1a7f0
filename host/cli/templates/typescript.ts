/// <reference path="./squall.d.ts" />

// Users who look at products. Types are for you and your editor; squall takes them off.
//     squall run -e BASE_URL=https://test.example.com {{ .ScriptName }}

import http from 'k6/http';
import { check, sleep } from 'k6';
import { Trend } from 'k6/metrics';
import type { RefinedResponse, ResponseType } from 'k6/http';
import type { Options } from 'k6/options';

interface Product {
  id: number;
  name: string;
  price_cents: number;
}

const BASE_URL: string = __ENV.BASE_URL || 'http://127.0.0.1:8080';

const price = new Trend('product_price_cents');

export const options: Options = {
  vus: 10,
  duration: '30s',
  // When one of these does not hold, the run fails with exit code 99.
  thresholds: {
    checks: ['rate>0.99'],
    http_req_duration: ['p(95)<500'],
  },
};

// What each user does, over and over.
export default function (): void {
  const id = 1 + Math.floor(Math.random() * 1000);
  // One name for all products: one line in the results, not one a product.
  const response = http.get(`${BASE_URL}/products/${id}`, { tags: { name: 'GET /products/:id' } });
  if (check(response, { 'status is 200': (r) => r.status === 200 })) {
    const product = body<Product>(response);
    check(product, { 'product is the right one': (p) => p.id === id });
    price.add(product.price_cents);
  }
  sleep(1);
}

/** The body of a response, as what it is known to be. */
function body<T>(response: RefinedResponse<ResponseType | undefined>): T {
  return response.json() as T;
}
