/* parity
title: headers about the connection and the message: Connection: close, Transfer-Encoding, Trailer
points: 2
needs: node
differs: they are shown as they came, where k6 hides them
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const { headers } = http.get(`${__ENV.NODE_RAW_URL}/raw/chunk-trailers`);
  say('chunked', [headers['Transfer-Encoding'], headers.Trailer]);
  say('closed', http.get(`${__ENV.NODE_RAW_URL}/raw/says-close`).headers.Connection);
}
