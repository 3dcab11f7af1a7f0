/* parity
title: asyncRequest over HTTP/2 and HTTP/1.1 at the same time; groups, order of answers, failures among them
points: 2, 8
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default async function () {
  const start = Date.now();
  const urls = [__ENV.TLS_URL, __ENV.TLS_HTTP1_URL, __ENV.BASE_URL].map((base) => `${base}/delay/200`);
  const all = await Promise.all([...urls, ...urls].map((url) => http.asyncRequest('GET', url)));
  say('all', [all.map((res) => [res.status, res.proto]), Date.now() - start < 1000]);
  const order = [];
  const slow = http.asyncRequest('GET', `${__ENV.TLS_URL}/delay/300`).then(() => order.push('slow'));
  const fast = http.asyncRequest('GET', `${__ENV.TLS_URL}/delay/20`).then(() => order.push('fast'));
  const broken = http.asyncRequest('GET', `${__ENV.TLS_URL}/misbehave/rst/8`, null, { tags: { error: 'any' } }).then((res) => order.push(`broken ${res.error_code}`));
  await Promise.all([slow, fast, broken]);
  say('order', order.filter((word) => !word.startsWith('broken')));
  say('broken', order.find((word) => word.startsWith('broken')));
  const settled = await Promise.allSettled([http.asyncRequest('GET', `${__ENV.REFUSED_URL}/`, null, { throw: true }), http.asyncRequest('POST', `${__ENV.TLS_URL}/echo`, 'x')]);
  say('settled', settled.map((one) => one.status));
}
