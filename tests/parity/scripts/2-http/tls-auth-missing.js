/* parity
title: a server that wants a client certificate, and a client without one
points: 2
needs: nginx
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { insecureSkipTLSVerify: true };

export default function () {
  const res = http.get(`${__ENV.NGINX_CLIENTS_URL}/`);
  say('without', [res.status, res.error_code, res.headers['X-Verify']]);
}
