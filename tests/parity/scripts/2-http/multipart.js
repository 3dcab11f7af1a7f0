/* parity
title: http.file and multipart bodies
points: 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/echo`;

// The parts without their boundary, in the order of their names: bodies are maps.
function parts(res) {
  const type = res.json('headers.#(0=="Content-Type").1');
  const boundary = /boundary=(.+)$/.exec(type)[1];
  const all = res.json('body').split(`--${boundary}`);
  return { type: type.split(';')[0], parts: all.slice(1, -1).sort(), end: all[all.length - 1] };
}

export default function () {
  const text = http.file('some text', 'note.txt', 'text/plain');
  say('fields', [text.filename, text.content_type, typeof text.data, text.data]);
  say('keys', Object.keys(text).sort());
  const plain = http.file('x');
  say('defaults', [/^\d+$/.test(plain.filename), plain.content_type]);
  say('one file', parts(http.post(url, { upload: text })));
  say('with fields', parts(http.post(url, { upload: text, name: 'value', other: 'ü & "quotes"' })));
  say('two files', parts(http.post(url, { a: http.file('1', 'a.bin'), b: http.file('2', 'b "quoted".bin', 'application/json') })));
  const bytes = http.file(new Uint8Array([65, 66, 67]).buffer, 'bytes.bin');
  say('bytes', [bytes.data instanceof ArrayBuffer, parts(http.post(url, { bytes }))]);
  say('list of texts', parts(http.post(url, { upload: text, list: ['p', 'q'] })));
  say('empty name', parts(http.post(url, { f: http.file('data', '') })).parts.map((part) => part.replace(/filename="\d+"/, 'filename="some number"')));
  say('put', parts(http.put(url, { upload: text })));
}
