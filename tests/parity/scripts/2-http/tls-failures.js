/* parity
title: connections that fail in TLS have no address and no times but that of connecting; the next one is tried anew
points: 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const name of ['TLS_WRONG_HOST_URL', 'TLS_UNKNOWN_CA_URL', 'TLS_SELF_SIGNED_URL', 'NOT_TLS_URL']) {
    for (let i = 0; i < 2; i++) {
      const res = http.get(`${__ENV[name]}/`, { tags: { name } });
      say(name, [res.status, res.error_code, res.remote_ip, res.remote_port, res.tls_version, res.tls_cipher_suite, res.timings.connecting > 0, res.timings.duration, res.ocsp.status]);
    }
  }
  const batch = http.batch([`${__ENV.BASE_URL}/status/200`, `${__ENV.TLS_SELF_SIGNED_URL}/`, `${__ENV.REFUSED_URL}/`]);
  say('batch', batch.map((res) => [res.status, res.error_code, res.remote_ip]));
}
