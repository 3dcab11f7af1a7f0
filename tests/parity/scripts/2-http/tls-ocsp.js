/* parity
title: OCSP responses on responses
points: 2
needs: nginx
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const name of ['NGINX_TLS_URL', 'TLS_URL', 'BASE_URL', 'NOT_TLS_URL']) {
    const res = http.get(`${__ENV[name]}/`);
    say(name, [res.tls_version, res.ocsp]);
  }
}
