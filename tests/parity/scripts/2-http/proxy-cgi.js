/* parity
title: HTTP_PROXY is refused where REQUEST_METHOD is set
points: 2
env: HTTP_PROXY={PROXY_URL}
env: REQUEST_METHOD=GET
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const res = http.get('http://shop.test/', { timeout: '2s' });
  say('refused', [res.status, res.error_code]);
  say('loopback', http.get(`${__ENV.BASE_URL}/status/200`).status);
}
