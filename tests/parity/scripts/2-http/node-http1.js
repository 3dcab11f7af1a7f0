/* parity
title: a server of Node.js by HTTP/1.1: what it sees, trailers, hints, pieces, large bodies
points: 2
needs: node
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.NODE_URL;
const headers = (res) => res.json('headers').filter(([name]) => name !== 'user-agent');

export default function () {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const res = http.request(method, `${base}/seen?a=1&b=%20`, method === 'GET' ? null : 'body');
    say(method, [res.json('method'), res.json('url'), res.json('version'), res.json('body'), headers(res)]);
  }
  say('form', headers(http.post(`${base}/seen`, { a: ['1', '2'], b: 'x y' })));
  const trailers = http.get(`${base}/trailers`);
  say('trailers', [trailers.body, trailers.headers['X-Sum']]);
  say('hints', http.get(`${base}/hints`).body);
  say('pieces', http.get(`${base}/pieces`).body);
  say('big', http.get(`${base}/big`).body.length);
  say('brotli', [http.get(`${base}/brotli`).body.length, http.get(`${base}/brotli`, { responseType: 'binary' }).body.byteLength]);
  say('gzip', [http.get(`${base}/gzip`).body.length, http.get(`${base}/gzip`, { responseType: 'none' }).body]);
  say('upload', http.post(`${base}/seen`, 'x'.repeat(2000000)).json('bytes'));
  say('bytes', http.post(`${base}/seen`, new Uint8Array([0, 65, 200, 255]).buffer).json('body'));
}
