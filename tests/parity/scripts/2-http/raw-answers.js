/* parity
title: answers that are odd and right: line ends, cases, reasons, chunks, interim answers, unusual statuses
points: 2
needs: node
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const names = ['no-reason', 'empty-reason', 'line-feeds', 'http-1.0', 'http-1.0-kept', 'until-the-end', 'says-close', 'no-space', 'odd-case',
  'many-lengths', 'chunk-extensions', 'chunk-trailers', 'chunks-of-one', 'early-hints', 'processing', 'continue', '204-with-length', '205',
  '304-with-length', 'status-600', 'status-999', 'location-on-200', 'many-headers', 'nothing-of-that-name'];

// What k6 does not show; see headers-hidden.
const hidden = ['Connection', 'Transfer-Encoding', 'Trailer'];

export default function () {
  for (const name of names) {
    const res = http.get(`${__ENV.NODE_RAW_URL}/raw/${name}`, { tags: { name } });
    say(name, [res.status, res.proto, res.body, res.error_code, Object.keys(res.headers).filter((key) => !hidden.includes(key)).length]);
    const again = http.get(`${__ENV.NODE_RAW_URL}/raw/205`, { tags: { name: 'again' } });
    say(`${name} leaves its connection`, again.timings.connecting > 0);
  }
  const odd = http.get(`${__ENV.NODE_RAW_URL}/raw/odd-case`).headers;
  say('canonical', Object.keys(odd).sort().map((key) => [key, odd[key]]));
  const spaces = http.get(`${__ENV.NODE_RAW_URL}/raw/no-space`).headers;
  say('spaces', Object.keys(spaces).sort().map((key) => [key, spaces[key]]));
  say('long', http.get(`${__ENV.NODE_RAW_URL}/raw/long-header`).headers['X-Long'].length);
  say('utf-8', http.get(`${__ENV.NODE_RAW_URL}/raw/utf-8`).headers['X-Utf']);
}
