/* parity
title: cookies by time and safety: Secure, Max-Age, Expires in several forms, HttpOnly, overwriting, order
points: 2
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { sleep } from 'k6';
import { answer, say } from '../_lib/answer.js';

const set = (...values) => http.get(answer({ headers: { 'Set-Cookie': values } }));
const cookie = (url) => (http.get(`${url}/echo`).json('headers') || []).filter(([name]) => name.toLowerCase() === 'cookie').map(([, value]) => value.split('; ')).flat().sort();

export default function () {
  set('safe=1; Path=/; Secure', 'open=1; Path=/', 'js=1; Path=/; HttpOnly', '__Host-x=1; Path=/', '__Secure-y=1; Path=/; Secure');
  say('plain', cookie(__ENV.BASE_URL));
  say('tls', cookie(__ENV.TLS_HTTP1_URL));
  http.cookieJar().clear(__ENV.BASE_URL);
  http.cookieJar().clear(__ENV.TLS_URL);
  set('short=1; Path=/; Max-Age=1', 'long=1; Path=/; Max-Age=1000', 'neg=1; Path=/; Max-Age=-5', 'text=1; Path=/; Max-Age=soon', 'both=1; Path=/; Max-Age=1000; Expires=Thu, 01 Jan 1970 00:00:00 GMT');
  say('ages', cookie(__ENV.BASE_URL));
  sleep(1.1);
  say('a second later', cookie(__ENV.BASE_URL));
  set('d1=1; Path=/; Expires=Wed, 01-Jan-2110 00:00:00 GMT', 'd2=1; Path=/; Expires=Wed, 01 Jan 2110 00:00:00 UTC', 'd3=1; Path=/; Expires=tomorrow', 'd4=1; Path=/; expires=wed, 01 jan 2110 00:00:00 gmt');
  say('dates', cookie(__ENV.BASE_URL));
  http.cookieJar().clear(__ENV.BASE_URL);
  set('a=1; Path=/');
  set('a=2; Path=/', 'b=; Path=/', 'c; Path=/', '=d; Path=/', 'e=x=y; Path=/', 'f="q q"; Path=/', 'g=ü; Path=/', 'h=a,b; Path=/');
  say('values', cookie(__ENV.BASE_URL));
}
