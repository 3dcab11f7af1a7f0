/* parity
title: request bodies: text, bytes, objects, arrays, null, nested, numbers; content types
points: 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/echo`;
const seen = (res) => {
  const { headers, body, body_bytes } = res.json();
  const types = headers.filter(([name]) => /^content-(type|length)$/i.test(name)).map(([, value]) => value);
  return [body, body_bytes, types];
};

export default function () {
  say('text', seen(http.post(url, 'plain')));
  say('unicode', seen(http.post(url, 'grüße ✓ 𝄞')));
  say('bytes', seen(http.post(url, new Uint8Array([104, 105]).buffer)));
  say('typed array', seen(http.post(url, new Uint8Array([104, 105]))));
  say('empty buffer', seen(http.post(url, new ArrayBuffer(0))));
  say('object', seen(http.post(url, { b: 'two', a: 'one' })));
  say('object with odd characters', seen(http.post(url, { 'k y': 'a&b=c d+e/ü', 'ü': '' })));
  say('object with numbers', seen(http.post(url, { n: 1.5, t: true, z: 0 })));
  say('object with array', seen(http.post(url, { list: ['x', 'y', 3], one: 'z' })));
  say('object with null', seen(http.post(url, { nothing: null, some: 's' })));
  say('object with undefined', seen(http.post(url, { nothing: undefined, some: 's' })));
  say('empty object', seen(http.post(url, {})));
  say('own type', seen(http.post(url, { a: 1 }, { headers: { 'Content-Type': 'text/x-own' } })));
  say('own type in lower case', seen(http.post(url, { a: 1 }, { headers: { 'content-type': 'text/x-own' } })));
  say('json', seen(http.post(url, JSON.stringify({ a: [1, null] }), { headers: { 'Content-Type': 'application/json' } })));
  say('number', seen(http.post(url, '12')));
  say('wrong length is corrected', seen(http.post(url, 'four', { headers: { 'Content-Length': '1' } })));
}
