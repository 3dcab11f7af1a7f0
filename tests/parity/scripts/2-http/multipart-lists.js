/* parity
title: multipart bodies: lists of files, several files under their names, names with spaces and quotes, empty ones, next to lists and numbers
points: 2
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const parts = (res) => {
  const type = res.json('headers.#(0=="Content-Type").1') || '';
  const boundary = (/boundary=(.+)$/.exec(type) || [])[1];
  return [type.split(';')[0], boundary === undefined ? res.json('body') : res.json('body').split(`--${boundary}`).slice(1, -1).sort()];
};
const post = (name, body, params) => attempt(name, () => parts(http.post(`${__ENV.BASE_URL}/echo`, body, params)));

export default function () {
  const file = (text, name = `${text}.txt`) => http.file(text, name, 'text/plain');
  post('three', { a: file('one'), b: file('two'), c: file('three') });
  post('with values', { a: file('one'), n: 5, t: true, z: '' });
  post('names', { 'a b': file('x'), 'ü': file('y', 'ü.txt'), 'q': file('z', 'a "b" \\ c.txt') });
  post('empty file', { a: file('', 'empty.txt') });
  post('type of its own', { a: http.file('{}', 'a.json', 'application/json; charset=utf-8') });
  post('empty type', { a: http.file('x', 'a', '') });
}
