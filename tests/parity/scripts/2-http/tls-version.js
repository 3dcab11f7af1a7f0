/* parity
title: option tlsVersion limits what is offered
points: 2, 9
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { insecureSkipTLSVerify: true, tlsVersion: { min: http.TLS_1_2, max: http.TLS_1_2 } };

export default function () {
  const res = http.get(`${__ENV.TLS_URL}/echo`);
  say('limited', [res.status, res.tls_version, res.proto]);
}
