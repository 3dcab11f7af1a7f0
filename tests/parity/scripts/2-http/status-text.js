/* parity
title: status_text without a reason, and of statuses that have no words
points: 2
needs: node
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export default function () {
  say('empty reason', http.get(`${__ENV.NODE_RAW_URL}/raw/empty-reason`).status_text);
  say('own reason', http.get(answer({ status: 299, reason: 'Fine' })).status_text);
  for (const status of [200, 299, 404, 499, 599]) {
    say(`by HTTP/2: ${status}`, http.get(`${__ENV.TLS_URL}/status/${status}`).status_text);
  }
}
