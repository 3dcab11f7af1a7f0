/* parity
title: binary bodies both ways: buffers, views of a part, all byte values, large ones, files as they are
points: 2
*/
import http from 'k6/http';
import crypto from 'k6/crypto';
import { attempt, say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/mirror`;
const all = new Uint8Array(256).map((_, i) => i);
const sum = (buffer) => crypto.sha256(buffer, 'hex');

export default function () {
  const back = http.post(url, all.buffer, { responseType: 'binary' });
  say('all bytes', [back.body instanceof ArrayBuffer, back.body.byteLength, sum(back.body) === sum(all.buffer)]);
  const large = new Uint8Array(3000000).map((_, i) => i * 7);
  say('large', sum(http.post(url, large.buffer, { responseType: 'binary' }).body) === sum(large.buffer));
  attempt('a view of a part', () => http.post(url, all.subarray(10, 20), { responseType: 'binary' }).body.byteLength);
  attempt('wider numbers', () => http.post(url, new Uint16Array([1, 2]).buffer, { responseType: 'binary' }).body.byteLength);
  say('text of bytes', http.post(url, new Uint8Array([104, 105, 255, 206]).buffer).body.length);
  const file = http.file(all.buffer, 'all.bin');
  const echoed = http.post(url, { file }, { responseType: 'binary' });
  say('file', [echoed.status, echoed.body.byteLength > 400]);
  say('request echo', [typeof back.request.body, http.post(url, 'text').request.body, http.post(url, { a: 'b c' }).request.body]);
  say('compressed', sum(http.post(`${__ENV.BASE_URL}/mirror`, all.buffer, { compression: 'gzip', responseType: 'binary' }).body) === sum(all.buffer));
}
