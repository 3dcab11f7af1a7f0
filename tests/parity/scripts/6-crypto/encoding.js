/* parity
title: k6/encoding: b64encode and b64decode with all alphabets, text and bytes, bad input
points: 6
*/
import encoding, { b64encode, b64decode } from 'k6/encoding';
import { attempt, say } from '../_lib/answer.js';

const bytes = (buffer) => Array.from(new Uint8Array(buffer));

export default function () {
  say('keys', Object.keys(encoding).sort());
  const inputs = ['', 'a', 'ab', 'abc', 'hello world?>~', 'grüße ✓ 𝄞', '\u0000\u0001', '\xff'];
  for (const input of inputs) {
    for (const kind of [undefined, 'std', 'rawstd', 'url', 'rawurl', 'odd']) {
      attempt(`encode ${JSON.stringify(input)} ${kind}`, () => b64encode(input, kind));
    }
  }
  const raw = new Uint8Array([0, 255, 254, 62, 63, 251, 239]);
  say('buffer', [b64encode(raw.buffer), b64encode(raw.buffer, 'url'), b64encode(raw.buffer, 'rawstd')]);
  attempt('typed array', () => b64encode(raw));
  attempt('list', () => b64encode([1, 2, 3]));
  attempt('number', () => b64encode(5));
  attempt('null', () => b64encode(null));
  attempt('undefined', () => b64encode(undefined));
  attempt('nothing', () => b64encode());
  attempt('object', () => b64encode({}));
  say('decoded', [bytes(b64decode('aGVsbG8=')), b64decode('aGVsbG8=') instanceof ArrayBuffer]);
  say('decoded as text', [b64decode('aGVsbG8=', 'std', 's'), b64decode('aGVsbG8', 'rawstd', 's'), b64decode('8J-Yig', 'rawurl', 's'), b64decode('8J-Yig==', 'url', 's')]);
  say('decoded bytes', [bytes(b64decode('AP/+Pj/77w==')), bytes(b64decode('AP_-Pj_77w', 'rawurl'))]);
  attempt('format b', () => bytes(b64decode('aGVsbG8=', 'std', 'b')));
  attempt('odd format', () => bytes(b64decode('aGVsbG8=', 'std', 'x')));
  attempt('empty', () => bytes(b64decode('')));
  attempt('no padding', () => b64decode('aGVsbG8', 'std', 's'));
  attempt('padding where there is none', () => b64decode('aGVsbG8=', 'rawstd', 's'));
  attempt('wrong alphabet', () => b64decode('8J-Yig==', 'std', 's'));
  attempt('no base64', () => b64decode('!!!!', 'std', 's'));
  attempt('line ends', () => b64decode('aGVs\nbG8=', 'std', 's'));
  attempt('spaces', () => b64decode('aGVs bG8=', 'std', 's'));
  attempt('undefined alphabet', () => b64decode('aGVsbG8=', undefined, 's'));
  attempt('invalid UTF-8 as text', () => b64decode('/w==', 'std', 's').length);
}
