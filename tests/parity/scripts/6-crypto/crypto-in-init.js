/* parity
title: k6/crypto and WebCrypto: hashers and keys made in init code; bytes as text; odd input
points: 6
*/
import crypto from 'k6/crypto';
import { b64decode, b64encode } from 'k6/encoding';
import { attempt, say } from '../_lib/answer.js';

const { subtle } = globalThis.crypto;
const hasher = crypto.createHash('sha256');
hasher.update('hel');
const mac = crypto.createHMAC('sha512_256', 'key');
const key = await subtle.importKey('raw', new Uint8Array(16), 'AES-CBC', true, ['encrypt']);
const codes = (text) => Array.from(text).map((c) => c.codePointAt(0));

export const options = { iterations: 2 };

export default async function () {
  hasher.update('lo');
  mac.update('x');
  say('hashes', [hasher.digest('hex'), mac.digest('hex'), crypto.sha256('hello', 'hex')]);
  say('key', [key.type, key.extractable, (await subtle.exportKey('raw', key)).byteLength]);
  for (const text of ['4oA=', '8J+Y', 'wK8=', '7aCA', '9JCAgA==', '4oBh', '/v8=', '8J+YigA=']) {
    say(`text of ${text}`, codes(b64decode(text, 'std', 's')));
  }
  for (const text of ['=', '====', 'a', 'ab', 'abc', 'aGVsbG8=x', 'aGVsbG9=', 'aGVsbG8==', 'YQ=\n=']) {
    for (const alphabet of ['std', 'rawstd', 'url', 'rawurl']) {
      attempt(`${JSON.stringify(text)} ${alphabet}`, () => codes(b64decode(text, alphabet, 's')));
    }
  }
  say('half of a pair', [b64encode('\ud800x'), crypto.hexEncode('\ud800x'), crypto.md5('\ud800x', 'hex')]);
  const view = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3);
  say('part of a buffer', [b64encode(view), crypto.md5(view, 'hex'), crypto.hmac('md5', view, view, 'hex')]);
  say('a boolean', b64decode(true).byteLength);
  for (const size of [1.5, '3', 1000]) attempt(`random ${size}`, () => crypto.randomBytes(size).byteLength);
  for (const size of [null, NaN, 'x', {}, undefined]) attempt(`random ${size}`, () => crypto.randomBytes(size), 'invalid size');
  for (const name of ['nope', 'SHA1', '', 5]) attempt(`hmac ${name}`, () => crypto.hmac(name, 'k', 'x', 'hex'), `invalid algorithm: ${name}`);
  for (const encoding of ['HEX', 5]) attempt(`digest as ${encoding}`, () => crypto.createHash('sha1').digest(encoding), `invalid output encoding: ${encoding}`);
  for (const bad of [null, undefined, 5, [1], {}]) attempt(`key ${JSON.stringify(bad)}`, () => crypto.hmac('md5', bad, 'x', 'hex'));
}
