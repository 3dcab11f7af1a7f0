/* parity
title: bodies that are empty, or not there, by HTTP/2: which are announced
points: 2
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET']) {
    for (const [name, body] of Object.entries({ none: null, text: '', object: {}, bytes: new ArrayBuffer(0), one: 'x' })) {
      const res = http.request(method, `${__ENV.TLS_URL}/echo`, body, { tags: { name: `${method} ${name}` } });
      const about = res.json('headers').filter(([header]) => header.startsWith('content-')).sort();
      say(`${method} ${name}`, [res.proto, about, res.json('body')]);
    }
  }
}
