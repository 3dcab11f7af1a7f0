/* parity
title: cookieJar and CookieJar: set, cookiesForURL, clear, delete, params.jar, reset each iteration
points: 2
args: --iterations 2
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const url = __ENV.ANSWERS_URL;
const sent = (params, path = '/echo') => (http.get(`${url}${path}`, params).json('headers.#(0=="Cookie").1') || 'none').split('; ').sort();

export default function () {
  const jar = http.cookieJar();
  say('at first', jar.cookiesForURL(url));
  say('set', jar.set(url, 'one', '1'));
  jar.set(url, 'two', '2', { path: '/deep' });
  jar.set(url, 'three', '3', { domain: '127.0.0.1', path: '/', secure: false, http_only: true, max_age: 600 });
  jar.set(url, 'secure', 's', { secure: true });
  jar.set(url, 'expired', 'e', { expires: 'Mon, 02 Jan 2006 15:04:05 MST' });
  jar.set(url, 'later', 'l', { expires: 'Wed, 01 Jan 2120 00:00:00 GMT' });
  jar.set('http://other.example/', 'other', 'o');
  say('for url', jar.cookiesForURL(url));
  say('for deep', jar.cookiesForURL(`${url}/deep/er`));
  say('for other', jar.cookiesForURL('http://other.example/x'));
  say('for https other', jar.cookiesForURL(url.replace('http:', 'https:')));
  say('sent', sent());
  say('the same jar', http.cookieJar().cookiesForURL(url));
  jar.set(url, 'one', 'changed');
  say('changed', sent());
  attempt('delete', () => jar.delete(url, 'one'));
  say('deleted', sent());
  const own = new http.CookieJar();
  own.set(url, 'own', 'yes');
  say('own jar', sent({ jar: own }));
  say('not in the other', sent());
  say('null jar', sent({ jar: null }));
  say('own jar and params', sent({ jar: own, cookies: { extra: '1' } }));
  attempt('clear', () => jar.clear(url));
  say('cleared', sent());
  attempt('bad expires', () => jar.set(url, 'x', 'y', { expires: 'tomorrow' }));
  attempt('bad url', () => jar.set('http://:::', 'x', 'y'));
  attempt('number as a value', () => jar.set(url, 'n', 5));
  attempt('value', () => jar.cookiesForURL(url));
  // What is left must not be there in the next iteration.
  jar.set(url, 'left', 'over');
}
