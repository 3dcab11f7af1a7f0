/* parity
title: option tlsCipherSuites: what the server is offered
points: 2, 9
needs: nginx
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = {
  insecureSkipTLSVerify: true,
  tlsVersion: http.TLS_1_2,
  tlsCipherSuites: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305'],
};

export default function () {
  const res = http.get(`${__ENV.NGINX_TLS_URL}/`);
  say('chosen', [res.status, res.headers['X-Protocol'], res.headers['X-Cipher']]);
}
