/* parity
title: option tlsVersion as a range whose lower end is not offered any more
points: 2, 9
needs: nginx
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { insecureSkipTLSVerify: true, tlsVersion: { min: http.TLS_1_0, max: http.TLS_1_2 } };

export default function () {
  const res = http.get(`${__ENV.NGINX_TLS_URL}/`);
  say('limited', [res.status, res.headers['X-Protocol']]);
}
