/* parity
title: digest where the server does not ask
points: 2
differs: the password is not said aloud before the server asks, and an answer without a question is no failure
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const url = `${__ENV.ANSWERS_URL.replace('http://', 'http://joe:se%20cret@')}/echo`;
  const res = http.get(url, { auth: 'digest' });
  say('digest where none is asked for', [res.status, res.json('headers.#(0=="Authorization").1')]);
}
