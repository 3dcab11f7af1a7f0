/* parity
title: cookies by domain and path: host-only ones, domains, parents, other hosts, default paths, dots
points: 2
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { hosts: { '*.shop.test': '127.0.0.1', 'shop.test': '127.0.0.1', 'other.test': '127.0.0.1', 'myshop.test': '127.0.0.1' } };

const at = (host, url) => url.replace('127.0.0.1', host);
const set = (host, path, ...values) => http.get(at(host, answer({ path, headers: { 'Set-Cookie': values } }))).cookies;
const sent = (host, path = '') => (http.get(at(host, `${__ENV.BASE_URL}/headers${path}?x=1`), {}).request.headers.Cookie || ['none'])[0];
const held = (host, path = '/') => Object.keys(http.cookieJar().cookiesForURL(`http://${host}${path}`)).sort();

export default function () {
  set('www.shop.test', '', 'only=1; Path=/', 'domain=1; Domain=shop.test; Path=/', 'dotted=1; Domain=.shop.test; Path=/', 'sub=1; Domain=a.www.shop.test; Path=/', 'other=1; Domain=other.test; Path=/', 'tail=1; Domain=op.test; Path=/', 'big=1; Domain=SHOP.TEST; Path=/');
  for (const host of ['www.shop.test', 'shop.test', 'a.www.shop.test', 'b.shop.test', 'other.test', 'myshop.test']) say(host, held(host));
  set('shop.test', '/deep/er/x', 'default=1', 'deep=1; Path=/answer/deep', 'slash=1; Path=/answer/deep/', 'bad=1; Path=nothing', 'empty=1; Path=');
  for (const path of ['/', '/answer', '/answer/deep', '/answer/deep/', '/answer/deeper', '/answer/deep/er', '/answer/deep/er/x', '/answer/deep/er/y/z']) say(path, held('shop.test', path));
  const cookies = set('shop.test', '', 'ip=1; Domain=127.0.0.1');
  say('keys', cookies.ip && cookies.ip[0].domain);
  say('by address', [Object.keys(http.get(answer({ headers: { 'Set-Cookie': ['a=1; Path=/; Domain=127.0.0.1', 'b=2; Path=/; Domain=0.0.1'] } })).cookies).sort(), held(__ENV.ANSWERS_URL.slice(7))]);
  say('request', sent('www.shop.test').split('; ').sort());
}
