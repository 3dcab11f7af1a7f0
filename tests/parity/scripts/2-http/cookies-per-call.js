/* parity
title: cookies of a call: several, replace, with another jar, over redirects, in batches, odd values, request echo
points: 2
*/
import http from 'k6/http';
import { answer, attempt, say } from '../_lib/answer.js';

const echo = `${__ENV.ANSWERS_URL}/echo`;
const cookie = (res) => (res.json('headers.#(0=="Cookie").1') || 'none').split('; ').sort();

export default function () {
  const jar = http.cookieJar();
  jar.set(echo, 'kept', 'jar');
  say('several', cookie(http.get(echo, { cookies: { a: '1', b: { value: '2' }, kept: { value: 'call', replace: true } } })));
  say('jar is as it was', jar.cookiesForURL(echo));
  const own = new http.CookieJar();
  own.set(echo, 'mine', 'own');
  say('both', cookie(http.get(echo, { jar: own, cookies: { a: '1', mine: 'call' } })));
  const hop = answer({ status: 302, headers: { Location: echo, 'Set-Cookie': 'hop=1; Path=/' } });
  say('redirect', cookie(http.get(hop, { cookies: { a: '1' } })));
  say('redirect with a jar', [cookie(http.get(hop, { jar: own })), own.cookiesForURL(echo)]);
  say('batch', http.batch([[ 'GET', echo, null, { cookies: { n: '1' } }], [ 'GET', echo, null, { jar: own }]]).map(cookie));
  for (const [name, value] of Object.entries({ empty: '', spaces: 'a b', comma: 'a,b', semicolon: 'a;b', quotes: '"q"', number: 5, yes: true })) {
    attempt(name, () => cookie(http.get(echo, { cookies: { [name]: value } })));
  }
  attempt('null', () => cookie(http.get(echo, { cookies: null })));
  const res = http.get(echo, { cookies: { z: { value: 'v', replace: true }, y: 'w' } });
  say('request', Object.keys(res.request.cookies).sort().map((name) => [name, res.request.cookies[name]]));
}
