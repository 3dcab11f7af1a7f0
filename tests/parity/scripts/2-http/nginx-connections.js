/* parity
title: how many requests nginx sees on a connection: kept, closed by it, by an option, over iterations
points: 2, 9
needs: nginx
args: --iterations 2 --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const here = (base, params) => {
  const res = http.get(`${base}/gone`, params);
  return [res.headers['X-Requests-Here'], res.proto, res.timings.connecting > 0, res.timings.tls_handshaking > 0];
};

export default function () {
  for (const name of ['NGINX_URL', 'NGINX_CLOSING_URL', 'NGINX_HTTP1_URL', 'NGINX_HTTP2_URL']) {
    say(name, [1, 2, 3].map(() => here(__ENV[name])));
  }
  say('asked to close', [here(__ENV.NGINX_URL, { headers: { Connection: 'close' } }), here(__ENV.NGINX_URL)]);
}
