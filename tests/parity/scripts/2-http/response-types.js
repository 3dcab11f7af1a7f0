/* parity
title: responseType, discardResponseBodies, compressed answers, bytes that are no UTF-8
points: 2
args: --iterations 1
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const bytes = (buffer) => Array.from(new Uint8Array(buffer));

export default function () {
  const url = answer({ body: 'hi ü' });
  say('text', http.get(url, { responseType: 'text' }).body);
  const binary = http.get(url, { responseType: 'binary' });
  say('binary', [binary.body instanceof ArrayBuffer, bytes(binary.body)]);
  const none = http.get(url, { responseType: 'none' });
  say('none', [none.status, none.body]);
  try {
    const odd = http.get(url, { responseType: 'odd' });
    say('odd', [odd.status, odd.error_code]);
  } catch (e) {
    console.log('odd throws');
  }
  for (const coding of ['gzip', 'deflate']) {
    const res = http.get(answer({ body: `compressed ${'x'.repeat(50)}`, [coding]: true }));
    say(coding, [res.body, res.headers['Content-Encoding'], res.error]);
  }
  const raw = http.post(`${__ENV.BASE_URL}/mirror`, new Uint8Array([0, 255, 128, 65, 195, 40]).buffer, { responseType: 'binary' });
  say('raw bytes', bytes(raw.body));
  const text = http.post(`${__ENV.BASE_URL}/mirror`, new Uint8Array([65, 255, 66, 195, 40, 67]).buffer);
  say('raw as text', [text.body.length, text.body.replace(/[A-C(]/g, '').length > 0, text.body[0], text.body[text.body.length - 1]]);
  const nul = http.post(`${__ENV.BASE_URL}/mirror`, 'a\u0000b');
  say('nul', nul.body);
  const bom = http.post(`${__ENV.BASE_URL}/mirror`, '\ufeffx');
  say('bom', bom.body);
  say('binary json', http.get(`${__ENV.BASE_URL}/json`, { responseType: 'binary' }).json('name'));
  try {
    say('none json', http.get(`${__ENV.BASE_URL}/json`, { responseType: 'none' }).json('name'));
  } catch (e) {
    console.log('none json throws', String(e.message).includes('body is null'));
  }
}
