/* parity
title: k6/crypto: all hashes and HMACs in all encodings, of text and bytes
points: 6
*/
import crypto from 'k6/crypto';
import { attempt, say } from '../_lib/answer.js';

const bytes = (buffer) => Array.from(new Uint8Array(buffer));
const hashes = ['md4', 'md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha512_224', 'sha512_256', 'ripemd160'];
const encodings = ['hex', 'base64', 'base64url', 'base64rawurl'];

export default function () {
  say('keys', Object.keys(crypto).sort());
  for (const hash of hashes) {
    for (const input of ['', 'hello', 'grüße ✓ 𝄞']) {
      say(`${hash} of "${input}"`, encodings.map((encoding) => crypto[hash](input, encoding)));
    }
    say(`${hash} bytes`, crypto[hash](new Uint8Array([0, 255, 1]).buffer, 'hex'));
    say(`${hash} binary`, bytes(crypto[hash]('hello', 'binary')));
    attempt(`${hash} without encoding`, () => typeof crypto[hash]('hello'), 'invalid output encoding');
    say(`${hash} hmac`, encodings.map((encoding) => crypto.hmac(hash, 'key', 'hello', encoding)));
    say(`${hash} hmac binary`, bytes(crypto.hmac(hash, new Uint8Array([1, 2, 3]).buffer, 'hello', 'binary')));
    const long = crypto.createHMAC(hash, 'k'.repeat(200));
    long.update('a');
    long.update(new Uint8Array([98]).buffer);
    say(`${hash} streaming hmac`, [long.digest('hex'), crypto.hmac(hash, 'k'.repeat(200), 'ab', 'hex')]);
    const hasher = crypto.createHash(hash);
    hasher.update('hel');
    hasher.update('lo');
    const first = hasher.digest('hex');
    say(`${hash} streaming`, [first === crypto[hash]('hello', 'hex'), hasher.digest('hex') === first]);
    hasher.update('!');
    say(`${hash} goes on after digest`, hasher.digest('hex') === crypto[hash]('hello!', 'hex'));
  }
  say('hexEncode', [crypto.hexEncode('hi ü'), crypto.hexEncode(new Uint8Array([0, 15, 255]).buffer), crypto.hexEncode('')]);
  const random = crypto.randomBytes(16);
  say('randomBytes', [random instanceof ArrayBuffer, random.byteLength, bytes(random).some((b) => b !== 0)]);
  attempt('zero random bytes', () => crypto.randomBytes(0).byteLength);
  attempt('negative random bytes', () => crypto.randomBytes(-1).byteLength);
  attempt('unknown encoding', () => crypto.sha256('x', 'base58'));
  attempt('undefined encoding', () => typeof crypto.sha256('x', undefined));
  attempt('null input', () => crypto.sha256(null, 'hex'));
  attempt('number input', () => crypto.sha256(5, 'hex'));
  attempt('object input', () => crypto.sha256({}, 'hex'));
  attempt('list input', () => crypto.sha256([1, 2], 'hex'));
  attempt('typed array input', () => crypto.sha256(new Uint8Array([1, 2]), 'hex'));
  attempt('update of null', () => { const h = crypto.createHash('md5'); h.update(null); return h.digest('hex'); });
  attempt('no update', () => crypto.createHash('md5').digest('hex'));
}
