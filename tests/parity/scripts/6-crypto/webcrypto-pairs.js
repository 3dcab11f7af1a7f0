/* parity
title: WebCrypto: RSA, ECDSA, ECDH: keys, signatures, shared secrets
points: 6
pending: RSA and elliptic curves are not there yet
*/
import { say } from '../_lib/answer.js';

const hex = (buffer) => Array.from(new Uint8Array(buffer)).map((b) => b.toString(16).padStart(2, '0')).join('');
const range = (n) => new Uint8Array(Array.from({ length: n }, (_, i) => (i * 7) & 255));
const text = range(40);
const { subtle } = crypto;
const attempt = async (name, f) => {
  try {
    say(`${name} gives`, await f());
  } catch (e) {
    console.log(name, 'rejects', e && e.name);
  }
};
const shape = (key) => [key.type, key.extractable, [...key.usages].sort(), key.algorithm.name];

export default async function () {
  for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
    await attempt(`ECDSA ${namedCurve}`, async () => {
      const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
      const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, text);
      const verified = await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, pair.publicKey, signature, text);
      const other = await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, pair.publicKey, signature, range(3));
      const raw = await subtle.exportKey('raw', pair.publicKey);
      const jwk = await subtle.exportKey('jwk', pair.publicKey);
      return [shape(pair.privateKey), shape(pair.publicKey), signature.byteLength, verified, other, raw.byteLength, jwk.kty, jwk.crv, typeof jwk.x];
    });
    await attempt(`ECDH ${namedCurve}`, async () => {
      const one = await subtle.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveBits', 'deriveKey']);
      const two = await subtle.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveBits', 'deriveKey']);
      const [a, b] = [await subtle.deriveBits({ name: 'ECDH', public: two.publicKey }, one.privateKey, 256), await subtle.deriveBits({ name: 'ECDH', public: one.publicKey }, two.privateKey, 256)];
      return [a.byteLength, hex(a) === hex(b)];
    });
  }
  for (const name of ['RSASSA-PKCS1-v1_5', 'RSA-PSS']) {
    await attempt(name, async () => {
      const pair = await subtle.generateKey({ name, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify']);
      const how = { name, saltLength: 32 };
      const signature = await subtle.sign(how, pair.privateKey, text);
      return [shape(pair.publicKey), signature.byteLength, await subtle.verify(how, pair.publicKey, signature, text), await subtle.verify(how, pair.publicKey, signature, range(2))];
    });
  }
  await attempt('RSA-OAEP', async () => {
    const pair = await subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['encrypt', 'decrypt']);
    const secret = await subtle.encrypt({ name: 'RSA-OAEP' }, pair.publicKey, text);
    return [secret.byteLength, hex(await subtle.decrypt({ name: 'RSA-OAEP' }, pair.privateKey, secret)) === hex(text)];
  });
  say('methods', ['encrypt', 'decrypt', 'sign', 'verify', 'digest', 'generateKey', 'deriveKey', 'deriveBits', 'importKey', 'exportKey', 'wrapKey', 'unwrapKey'].map((name) => typeof subtle[name]));
}
