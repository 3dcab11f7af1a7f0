/* parity
title: option tlsCipherSuites says nothing about TLS 1.3 where it names older suites only
points: 2, 9
needs: nginx
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = {
  insecureSkipTLSVerify: true,
  tlsCipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_RC4_128_SHA'],
};

export default function () {
  const res = http.get(`${__ENV.NGINX_TLS_URL}/`);
  say('chosen', [res.status, res.headers['X-Protocol'], /^TLS_/.test(res.headers['X-Cipher'])]);
}
