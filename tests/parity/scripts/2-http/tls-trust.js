/* parity
title: certificates that are trusted and that are not: error fields, SSL_CERT_FILE
points: 2
env: SSL_CERT_FILE={ca}
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const name of ['TLS_URL', 'TLS_WRONG_HOST_URL', 'TLS_UNKNOWN_CA_URL', 'TLS_SELF_SIGNED_URL', 'NOT_TLS_URL']) {
    const res = http.get(`${__ENV[name]}/`, { tags: { name } });
    say(name, [res.status, res.error_code, res.error !== '', res.body, res.timings.duration > 0]);
  }
}
