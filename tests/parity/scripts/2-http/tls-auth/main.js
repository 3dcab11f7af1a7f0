/* parity
title: option tlsAuth: a certificate that the server takes, an encrypted key, domains
points: 2, 9
needs: nginx
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../../_lib/answer.js';

export const options = {
  insecureSkipTLSVerify: true,
  tlsAuth: [
    { cert: open('./rsa.pem'), key: open('./rsa.key') },
    { domains: ['elsewhere.test'], cert: open('./client.pem'), key: open('./client.encrypted.key'), password: 'secret' },
  ],
};

export default function () {
  const res = http.get(`${__ENV.NGINX_CLIENTS_URL}/`);
  say('wanted', [res.status, res.body, res.headers['X-Verify'], res.headers['X-Subject'], res.headers['X-Protocol']]);
  const plain = http.get(`${__ENV.NGINX_TLS_URL}/`);
  say('not wanted', [plain.status, plain.headers['X-Verify'], plain.headers['X-Subject']]);
}
