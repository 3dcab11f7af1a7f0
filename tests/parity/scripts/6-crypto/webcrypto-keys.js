/* parity
title: WebCrypto: importKey, exportKey, generateKey, HMAC, AES-CBC, AES-CTR, AES-GCM
points: 6
*/
import { say } from '../_lib/answer.js';

const hex = (buffer) => Array.from(new Uint8Array(buffer)).map((b) => b.toString(16).padStart(2, '0')).join('');
const range = (n, from = 0) => new Uint8Array(Array.from({ length: n }, (_, i) => (from + i * 7) & 255));
const text = new Uint8Array([...'The quick brown fox jumps over the lazy dog'].map((c) => c.charCodeAt(0)));
const attempt = async (name, f) => {
  try {
    say(`${name} gives`, await f());
  } catch (e) {
    console.log(name, 'rejects', e && e.name);
  }
};
const { subtle } = crypto;
const shape = (key) => [key.type, key.extractable, [...key.usages].sort(), key.algorithm.name, key.algorithm.length, key.algorithm.hash && (key.algorithm.hash.name || key.algorithm.hash)];

export default async function () {
  for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) {
    const key = await subtle.importKey('raw', range(32), { name: 'HMAC', hash }, true, ['sign', 'verify']);
    say(`HMAC ${hash} key`, shape(key));
    const signature = await subtle.sign('HMAC', key, text);
    say(`HMAC ${hash}`, hex(signature));
    say(`HMAC ${hash} verified`, [await subtle.verify('HMAC', key, signature, text), await subtle.verify('HMAC', key, signature, range(5)), await subtle.verify({ name: 'HMAC' }, key, range(8), text)]);
    say(`HMAC ${hash} exported`, hex(await subtle.exportKey('raw', key)));
  }
  for (const bits of [128, 192, 256]) {
    const raw = range(bits / 8, 3);
    await attempt(`AES-CBC ${bits}`, async () => {
      const key = await subtle.importKey('raw', raw, 'AES-CBC', true, ['encrypt', 'decrypt']);
      const secret = await subtle.encrypt({ name: 'AES-CBC', iv: range(16) }, key, text);
      const plain = await subtle.decrypt({ name: 'AES-CBC', iv: range(16) }, key, secret);
      return [hex(secret), hex(plain) === hex(text), shape(key)];
    });
    await attempt(`AES-CTR ${bits}`, async () => {
      const key = await subtle.importKey('raw', raw, 'AES-CTR', false, ['encrypt', 'decrypt']);
      const secret = await subtle.encrypt({ name: 'AES-CTR', counter: range(16), length: 64 }, key, text);
      return [hex(secret), hex(await subtle.decrypt({ name: 'AES-CTR', counter: range(16), length: 64 }, key, secret)) === hex(text)];
    });
    await attempt(`AES-GCM ${bits}`, async () => {
      const key = await subtle.importKey('raw', raw, { name: 'AES-GCM' }, true, ['encrypt', 'decrypt']);
      const plain = await subtle.encrypt({ name: 'AES-GCM', iv: range(12) }, key, text);
      const more = { name: 'AES-GCM', iv: range(12), additionalData: range(9), tagLength: 128 };
      const secret = await subtle.encrypt(more, key, text);
      return [hex(plain), hex(secret), hex(await subtle.decrypt(more, key, secret)) === hex(text)];
    });
  }
  await attempt('generated AES', async () => shape(await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])));
  await attempt('generated HMAC', async () => shape(await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify'])));
  await attempt('generated, exported', async () => (await subtle.exportKey('raw', await subtle.generateKey({ name: 'AES-CBC', length: 128 }, true, ['encrypt']))).byteLength);
  await attempt('jwk of AES', async () => {
    const jwk = await subtle.exportKey('jwk', await subtle.importKey('raw', range(16), 'AES-CBC', true, ['encrypt', 'decrypt']));
    return [jwk.kty, jwk.k, jwk.alg, jwk.ext, jwk.key_ops];
  });
  await attempt('from jwk', async () => {
    const key = await subtle.importKey('jwk', { kty: 'oct', k: 'AAcOFRwjKjE4P0ZNVFtiaQ', alg: 'A128CBC', ext: true, key_ops: ['encrypt', 'decrypt'] }, 'AES-CBC', true, ['encrypt']);
    return [shape(key), hex(await subtle.exportKey('raw', key))];
  });
  await attempt('wrong tag', async () => {
    const key = await subtle.importKey('raw', range(16), 'AES-GCM', true, ['decrypt']);
    return hex(await subtle.decrypt({ name: 'AES-GCM', iv: range(12) }, key, range(32)));
  });
  await attempt('short key', () => subtle.importKey('raw', range(5), 'AES-CBC', true, ['encrypt']));
  await attempt('unknown algorithm', () => subtle.importKey('raw', range(16), 'ROT13', true, ['encrypt']));
  await attempt('usage that does not fit', () => subtle.importKey('raw', range(16), 'AES-CBC', true, ['sign']));
  await attempt('no usages', () => subtle.importKey('raw', range(16), 'AES-CBC', true, []));
  await attempt('not extractable', async () => subtle.exportKey('raw', await subtle.importKey('raw', range(16), 'AES-CBC', false, ['encrypt'])));
  await attempt('not for this use', async () => subtle.encrypt({ name: 'AES-CBC', iv: range(16) }, await subtle.importKey('raw', range(16), 'AES-CBC', true, ['decrypt']), text));
  await attempt('wrong iv', async () => subtle.encrypt({ name: 'AES-CBC', iv: range(5) }, await subtle.importKey('raw', range(16), 'AES-CBC', true, ['encrypt']), text));
  await attempt('unknown format', () => subtle.importKey('own', range(16), 'AES-CBC', true, ['encrypt']));
}
