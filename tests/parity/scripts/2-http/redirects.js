/* parity
title: redirects: followed, counted, limited; methods, bodies and headers on the way; cookies on the way
points: 2, 9
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const to = (status, location, more = {}) => answer(Object.assign({ status, headers: Object.assign({ Location: location }, more.headers) }, { path: more.path }));
const end = answer({ body: 'the end' });
const base = __ENV.BASE_URL;

export default function () {
  const one = http.get(to(302, end), { tags: { name: 'one' } });
  say('one', [one.status, one.url === end, one.body, one.request.url === to(302, end), one.request.method]);
  const three = http.get(to(301, to(302, to(307, end))), { tags: { name: 'three' } });
  say('three', [three.status, three.url === end, three.body]);
  const relative = http.get(answer({ status: 302, headers: { Location: '/echo?from=relative' } }), { tags: { name: 'relative' } });
  say('relative', [relative.status, relative.json('target')]);
  for (const status of [301, 302, 303, 307, 308]) {
    const res = http.post(to(status, `${base}/echo`), 'body', { headers: { 'X-Kept': 'yes' }, tags: { name: `post ${status}` } });
    const kept = res.json('headers.#(0=="X-Kept").1');
    const type = res.json('headers.#(0=="Content-Type").1');
    say(`post ${status}`, [res.status, res.json('method'), res.json('body'), kept, type, res.request.method, res.request.body]);
    const put = http.put(to(status, `${base}/echo`), { a: 1 }, { tags: { name: `put ${status}` } });
    say(`put ${status}`, [put.status, put.json('method'), put.json('body')]);
    const head = http.head(to(status, `${base}/echo`), { tags: { name: `head ${status}` } });
    say(`head ${status}`, [head.status, head.url === `${base}/echo`]);
  }
  const none = http.get(to(302, end), { redirects: 0, tags: { name: 'none' } });
  say('none', [none.status, none.headers.Location === end, none.url === to(302, end), none.error]);
  const limited = http.get(to(302, to(302, to(302, end))), { redirects: 2, tags: { name: 'limited' } });
  say('limited', [limited.status, limited.url === to(302, end), limited.error, limited.error_code]);
  const cookie = http.get(to(302, `${__ENV.ANSWERS_URL}/echo`, { headers: { 'Set-Cookie': 'met=onTheWay; Path=/' } }), { tags: { name: 'cookie' } });
  say('cookie', [cookie.json('headers.#(0=="Cookie").1'), cookie.cookies]);
  const missing = http.get(answer({ status: 302, body: 'no location' }), { tags: { name: 'no location' } });
  say('no location', [missing.status, missing.body, missing.error_code]);
  const failing = http.get(to(302, `${__ENV.REFUSED_URL}/x`), { tags: { name: 'to a refused port' } });
  say('to a refused port', [failing.status, failing.error_code, failing.url === `${__ENV.REFUSED_URL}/x`]);
  const notThere = http.get(to(302, `${base}/status/404`), { tags: { name: 'to 404' } });
  say('to 404', [notThere.status, notThere.error_code]);
  const auth = http.get(to(302, `${base}/echo`), { headers: { Authorization: 'Bearer secret', Cookie: 'by=hand' }, tags: { name: 'auth to another port' } });
  say('auth to another port', [auth.json('headers.#(0=="Authorization").1'), auth.json('headers.#(0=="Cookie").1')]);
  http.get(to(302, end));
}
