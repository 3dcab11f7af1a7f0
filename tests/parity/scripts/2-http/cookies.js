/* parity
title: cookies: from answers, params.cookies, attributes, replace, several a response
points: 2
args: --iterations 2
*/
import http from 'k6/http';
import exec from 'k6/execution';
import { answer, say } from '../_lib/answer.js';

const echo = `${__ENV.ANSWERS_URL}/echo`;
const sent = (url, params) => (http.get(url, params).json('headers.#(0=="Cookie").1') || 'none').split('; ').sort();
const set = (...values) => http.get(answer({ headers: { 'Set-Cookie': values } }));

export default function () {
  console.log('iteration', exec.scenario.iterationInTest);
  say('at first', sent(echo));
  const res = set('a=1; Path=/', 'b=two words; Path=/; HttpOnly; Max-Age=100', 'c=3; Path=/answer', 'd=4; Path=/; Secure', 'e=5; Domain=other.example; Path=/', 'f="quoted"; Path=/; SameSite=Lax');
  say('names', Object.keys(res.cookies).sort());
  say('a', res.cookies.a);
  say('b', res.cookies.b.map((c) => [c.name, c.value, c.path, c.http_only, c.httpOnly, c.secure, c.max_age, c.maxAge, c.expires]));
  say('keys', Object.keys(res.cookies.a[0]).sort());
  say('sent', sent(echo));
  say('sent below /answer', sent(`${__ENV.ANSWERS_URL}/echo`));
  say('params', sent(echo, { cookies: { p: 'once' } }));
  say('params do not stay', sent(echo));
  say('params beside the jar', sent(echo, { cookies: { a: 'mine' } }));
  say('params replace', sent(echo, { cookies: { a: { value: 'mine', replace: true } } }));
  say('header', sent(echo, { headers: { Cookie: 'h=1' } }));
  say('after header', sent(echo));
  set('a=; Path=/; Max-Age=0');
  say('a removed', sent(echo));
  set('b=gone; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
  say('b expired', sent(echo));
  const expiring = set('x=1; Path=/; Expires=Wed, 01 Jan 2120 00:00:00 GMT');
  say('expires', [expiring.cookies.x[0].expires, expiring.cookies.x[0].max_age]);
  say('twice', set('t=1; Path=/', 't=2; Path=/x').cookies.t.map((c) => [c.value, c.path]));
  say('other port is the same host', sent(`${__ENV.BASE_URL}/echo`));
  say('number', sent(echo, { cookies: { n: 5 } }));
}
