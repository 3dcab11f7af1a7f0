/* parity
title: noVUConnectionReuse with HTTP/2: an iteration keeps its connection, the next has another
points: 2, 9
needs: nginx
args: --iterations 3 --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { noVUConnectionReuse: true };

export default function () {
  for (const name of ['NGINX_URL', 'NGINX_HTTP2_URL']) {
    say(name, [1, 2].map(() => http.get(`${__ENV[name]}/gone`).headers['X-Requests-Here']));
  }
}
