/* parity
title: a server of Node.js by HTTP/2: what it sees, trailers, pieces, large bodies both ways
points: 2
needs: node
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.NODE_HTTP2_URL;
const headers = (res) => res.json('headers').filter(([name]) => name !== 'user-agent' && !name.startsWith(':'));

export default function () {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const res = http.request(method, `${base}/seen?a=1&b=%20`, method === 'GET' ? null : 'body', { headers: { 'X-Mixed-CASE': 'Kept' } });
    say(method, [res.proto, res.status_text, res.json('method'), res.json('url'), res.json('version'), res.json('body'), headers(res)]);
  }
  const head = http.head(`${base}/big`);
  say('head', [head.status, head.body]);
  const trailers = http.get(`${base}/trailers`);
  say('trailers', [trailers.body, trailers.headers['X-Sum']]);
  say('hints', http.get(`${base}/hints`).body);
  say('pieces', http.get(`${base}/pieces`).body);
  say('big', http.get(`${base}/big`).body.length);
  say('brotli', http.get(`${base}/brotli`).body.length);
  say('upload', http.post(`${base}/seen`, 'x'.repeat(2000000)).json('bytes'));
  say('cookies', Object.keys(http.get(`${base}/cookies`).cookies).sort());
  say('cookies again', http.get(`${base}/cookies`).body.split('; ').sort());
  say('hops', [http.get(`${base}/status?s=302&to=/status?s=404`).status, http.get(`${base}/status?s=303&to=/seen`).json('url')]);
  const all = http.batch(Array.from({ length: 30 }, (_, i) => `${base}/seen?n=${i}`));
  say('batch', all.map((res) => res.json('url')));
}
