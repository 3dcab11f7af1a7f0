/* parity
title: option maxRedirects and a loop of redirects
points: 2, 9
args: --max-redirects 3
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export default function () {
  const loop = http.get(answer({ status: 302, headers: { Location: '?status=302&header=Location:%20%3Fstatus=200%26body=x' } }), { tags: { name: 'relative query' } });
  say('relative query', [loop.status, loop.body]);
  let url = answer({ body: 'end' });
  for (let i = 0; i < 6; i++) url = answer({ status: 302, headers: { Location: url } });
  const res = http.get(url, { tags: { name: 'six' } });
  say('six', [res.status, res.error, res.error_code]);
  const more = http.get(url, { redirects: 10, tags: { name: 'ten' } });
  say('own limit', [more.status, more.body]);
}
