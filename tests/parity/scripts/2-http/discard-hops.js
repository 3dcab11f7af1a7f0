/* parity
title: discardResponseBodies with hops, failures, compressed answers, batches, HTTP/2, and types of a call against it
points: 2, 9
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { discardResponseBodies: true };
const of = (res) => [res.status, res.error_code, res.body === null ? null : typeof res.body, res.body && (res.body.length || res.body.byteLength)];

export default function () {
  say('plain', of(http.get(`${__ENV.BASE_URL}/bytes/5000`)));
  say('tls', of(http.get(`${__ENV.TLS_URL}/bytes/500000`)));
  say('gzip', of(http.get(answer({ body: 'x'.repeat(1000), gzip: true }))));
  say('damaged', of(http.get(answer({ body: 'no gzip', says: 'gzip' }), { tags: { name: 'damaged' } })));
  say('hop', of(http.get(answer({ status: 302, body: 'moved', headers: { Location: `${__ENV.BASE_URL}/bytes/7` } }))));
  say('cut', of(http.get(`${__ENV.BASE_URL}/misbehave/close-mid-body`, { tags: { name: 'cut' } })));
  for (const responseType of ['text', 'binary', 'none']) say(responseType, of(http.get(`${__ENV.BASE_URL}/bytes/9`, { responseType })));
  say('batch', http.batch([`${__ENV.BASE_URL}/bytes/9`, ['GET', `${__ENV.BASE_URL}/bytes/9`, null, { responseType: 'text' }]]).map(of));
  say('post', of(http.post(`${__ENV.BASE_URL}/mirror`, 'back')));
}
