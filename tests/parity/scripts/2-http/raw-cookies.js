/* parity
title: an answer with sixty cookies, and all of them sent back
points: 2
needs: node
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const res = http.get(`${__ENV.NODE_RAW_URL}/raw/many-cookies`);
  say('names', Object.keys(res.cookies).length);
  say('one', res.cookies.c59);
  const sent = http.get(`${__ENV.NODE_URL}/seen`).json('headers.#(0=="cookie").1').split('; ');
  say('sent', [sent.length, sent.sort().slice(0, 3)]);
  http.cookieJar().clear(__ENV.NODE_URL);
  say('cleared', http.get(`${__ENV.NODE_URL}/seen`).json('headers.#(0=="cookie").1'));
}
