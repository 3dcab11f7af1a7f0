/* parity
title: streams of HTTP/2 that are reset, before and in the answer, by every code
points: 2
needs: node
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.NODE_HTTP2_URL;

export default function () {
  for (const code of [2, 3, 5, 8, 11, 12]) {
    const res = http.get(`${base}/reset?code=${code}`, { tags: { error: 'any', name: `reset ${code}` } });
    say(`reset ${code}`, [res.status, res.error_code, res.body]);
  }
  const half = http.get(`${base}/half`, { tags: { error: 'any', name: 'half' } });
  say('half', [half.status, half.error_code, half.body && half.body.length]);
  say('the connection is the same', http.get(`${base}/pieces`).timings.connecting);
}
