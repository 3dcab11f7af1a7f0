/* parity
title: answers that end too early, and connections that break, by Node.js
points: 2
needs: node
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const url of [`${__ENV.NODE_RAW_URL}/raw/chunked-cut`, `${__ENV.NODE_URL}/half`, `${__ENV.NODE_URL}/reset`]) {
    const name = url.split('/').pop();
    const res = http.get(url, { tags: { name } });
    say(name, [res.status, res.error_code, res.error !== '', res.body && res.body.length, res.headers, res.remote_ip]);
    say(`${name} and then`, http.get(`${__ENV.NODE_URL}/trailers`).body);
  }
}
