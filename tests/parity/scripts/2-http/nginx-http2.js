/* parity
title: nginx by HTTP/2: protocol, requests on one connection, host names, redirects, cookies, gzip
points: 2, 9
needs: nginx
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.NGINX_HTTP2_URL;

export default function () {
  const first = http.get(`${base}/page.html`);
  say('first', [first.proto, first.status_text, first.headers['X-Server-Protocol'], first.headers['X-Requests-Here'], first.tls_version]);
  say('second', http.get(`${base}/page.html`).headers['X-Requests-Here']);
  const host = http.get(`${base}/host?q=1`, { headers: { Host: 'shop.example' } });
  say('host', host.body.replace(/:\d+/g, ':port'));
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PURGE']) say(method, http.request(method, `${base}/host`, method === 'GET' ? null : 'b').body.split('|')[2]);
  say('proxied', http.post(`${base}/api/echo`, { a: '1' }).json('body'));
  say('moved', http.get(`${base}/moved`).url === `${base}/page.html`);
  say('posted on', http.post(`${base}/post`, 'kept').json('body'));
  say('gzip', [http.get(`${base}/page.html`, { headers: { 'Accept-Encoding': 'gzip' } }).body.length]);
  say('cookies', [1, 2, 3].map(() => http.get(`${base}/cookie`).body));
  say('batch', http.batch(Array.from({ length: 20 }, () => `${base}/page.html`)).every((res) => res.status === 200 && res.proto === 'HTTP/2.0'));
  say('one connection', http.get(`${base}/page.html`).headers['X-Requests-Here']);
  say('closed', [http.get(`${base}/gone`).status]);
}
