/* parity
title: Params: what is ignored, odd values of known ones
points: 2, 10
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/status/200`;
const status = (params) => () => { const res = http.get(url, params); return [res.status, res.error_code]; };

export default function () {
  attempt('unknown', status({ nonsense: true }));
  attempt('text as params', status('params'));
  attempt('number as params', status(5));
  attempt('list as params', status([1]));
  attempt('text as headers', status({ headers: 'X: y' }));
  attempt('null headers', status({ headers: null }));
  attempt('undefined header', status({ headers: { 'X-U': undefined } }));
  attempt('null header', status({ headers: { 'X-N': null } }));
  attempt('list as a header', status({ headers: { 'X-L': ['a', 'b'] } }));
  attempt('null cookies', status({ cookies: null }));
  attempt('undefined timeout', status({ timeout: undefined }));
  attempt('null timeout', status({ timeout: null }));
  attempt('number in a text as timeout', status({ timeout: '5000' }));
  attempt('long timeout', status({ timeout: '1h' }));
  attempt('null jar', status({ jar: null }));
  attempt('undefined redirects', status({ redirects: undefined }));
  attempt('negative redirects', status({ redirects: -1 }));
  attempt('unknown auth', status({ auth: 'magic' }));
  attempt('header name with a space', status({ headers: { 'X Y': 'z' } }));
  attempt('header value with a line end', status({ headers: { 'X-Y': 'a\r\nb' } }));
  attempt('three arguments to get', () => http.get(url, {}, 'more').status);
  say('unicode in a path', http.get(`${__ENV.BASE_URL}/echo/ü?q=ü%20x`, { tags: { name: 'unicode' } }).status);
  say('escapes stay', http.get(`${__ENV.BASE_URL}/echo?q=%41%2f+%20&r=a;b`, { tags: { name: 'escapes' } }).json('target'));
  say('dots', http.get(`${__ENV.ANSWERS_URL}/a/../echo?x`, { tags: { name: 'dots' } }).request.url.endsWith('/a/../echo?x'));
  say('fragment is not sent', http.get(`${__ENV.BASE_URL}/echo?x=1#part`, { tags: { name: 'fragment' } }).json('target'));
}
