/* parity
title: noConnectionReuse with nginx: every protocol opens a connection for each request
points: 2, 9
needs: nginx
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { noConnectionReuse: true };

export default function () {
  for (const name of ['NGINX_URL', 'NGINX_HTTP1_URL', 'NGINX_HTTP2_URL']) {
    const all = [1, 2, 3].map(() => http.get(`${__ENV[name]}/gone`));
    say(name, all.map((res) => [res.headers['X-Requests-Here'], res.proto, res.timings.connecting > 0]));
  }
}
