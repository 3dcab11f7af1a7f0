/* parity
title: redirects to what is no URL: the hop in the metrics
points: 2
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export default function () {
  for (const location of ['http://[::1', 'http://127.0.0.1:bad/', 'http://%zz/']) {
    const res = http.get(answer({ status: 302, headers: { Location: location } }), { tags: { name: location, error: 'any' } });
    say(location, [res.status, res.error_code]);
  }
}
