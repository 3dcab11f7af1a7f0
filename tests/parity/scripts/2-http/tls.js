/* parity
title: TLS and HTTP/2: protocol, version, cipher, tags; insecureSkipTLSVerify, tlsVersion
points: 2, 9
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const name of ['TLS_URL', 'TLS_HTTP1_URL', 'TLS12_URL', 'TLS_SELF_SIGNED_URL']) {
    const res = http.get(`${__ENV[name]}/echo`);
    say(name, [res.status, res.proto, res.tls_version, typeof res.tls_cipher_suite, /^TLS_/.test(res.tls_cipher_suite), res.json('protocol'), res.status_text]);
    say(`${name} handshake`, [res.timings.tls_handshaking > 0, res.timings.connecting > 0]);
    const again = http.get(`${__ENV[name]}/status/404`);
    say(`${name} again`, [again.status, again.timings.tls_handshaking, again.timings.connecting, again.status_text]);
  }
  const post = http.post(`${__ENV.TLS_URL}/echo`, 'over h2', { headers: { 'X-Mixed-Case': 'v', Host: 'shop.example' } });
  say('h2', [post.proto, post.json('body'), post.json('headers.#(0=="x-mixed-case").1'), Object.keys(post.headers).sort()]);
  const batch = http.batch([1, 2, 3].map((n) => `${__ENV.TLS_URL}/products/${n}`));
  say('batch', batch.map((res) => [res.json('id'), res.proto]));
  say('constants', ['TLS_1_0', 'TLS_1_1', 'TLS_1_2', 'TLS_1_3', 'SSL_3_0', 'OCSP_STATUS_GOOD', 'OCSP_STATUS_REVOKED', 'OCSP_REASON_KEY_COMPROMISE'].map((key) => http[key]));
}
