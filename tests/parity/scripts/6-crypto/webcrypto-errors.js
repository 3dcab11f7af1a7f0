/* parity
title: WebCrypto: what is refused, and by which name
points: 6
*/
import { say } from '../_lib/answer.js';

const range = (n, from = 0) => new Uint8Array(Array.from({ length: n }, (_, i) => (from + i * 7) & 255));
const { subtle } = crypto;
const attempt = async (name, f) => {
  try {
    const given = await f();
    say(`${name} gives`, given instanceof ArrayBuffer ? Array.from(new Uint8Array(given)) : given);
  } catch (e) {
    console.log(name, 'rejects', e && e.name);
  }
};
const k = 'AAcOFRwjKjE4P0ZNVFtiaQ';
const jwks = [{ kty: 'oct', k }, { kty: 'RSA', k }, { k }, { kty: 'oct' }, { kty: 'oct', k: '!!!' }, { kty: 'oct', k: `${k}==` }, { kty: 'oct', k: 'AAc' }, { kty: 'oct', k: 5 }, { kty: 'oct', k: '' }, 'text', 5, null, { kty: 'oct', k, ext: false, alg: 'A256GCM', key_ops: ['decrypt'], use: 'sig' }];
const hmac = { name: 'HMAC', hash: 'SHA-1' };

export default async function () {
  for (const algorithm of ['', 5, {}, { name: 5 }, { name: 'nope' }, 'AES-CBC', 'HMAC', 'sha-384']) {
    await attempt(`digest ${JSON.stringify(algorithm)}`, () => subtle.digest(algorithm, range(3)));
  }
  for (const usages of [[], ['sign'], ['encrypt', 'sign'], ['wrapKey', 'unwrapKey'], ['nope'], undefined, 'encrypt', { 0: 'encrypt' }]) {
    await attempt(`AES usages ${JSON.stringify(usages)}`, async () => (await subtle.importKey('raw', range(16), 'AES-CTR', false, usages)).usages);
    await attempt(`HMAC usages ${JSON.stringify(usages)}`, async () => (await subtle.generateKey(hmac, false, usages)).usages);
  }
  for (const algorithm of [{ name: 'AES-CBC' }, { name: 'AES-CBC', length: 100 }, { name: 'HMAC' }, { name: 'HMAC', hash: 'MD5' }, { name: 'HMAC', hash: 'SHA-256', length: 0 }, { name: 'HMAC', hash: {} }, 'NOPE', 5]) {
    await attempt(`generate ${JSON.stringify(algorithm)}`, async () => (await subtle.generateKey(algorithm, true, ['sign'])).type);
  }
  for (const format of ['raw', 'spki', 'pkcs8', 'own', undefined, 5]) {
    await attempt(`import ${format}`, async () => (await subtle.importKey(format, range(16), 'AES-CBC', true, ['encrypt'])).type);
    await attempt(`export ${format}`, async () => subtle.exportKey(format, await subtle.importKey('raw', range(16), 'AES-CBC', true, ['encrypt'])));
  }
  for (const data of [range(0), range(5), 'text', null, undefined, 5, {}]) {
    await attempt(`import AES ${JSON.stringify(data)}`, async () => (await subtle.importKey('raw', data, 'AES-CBC', true, ['encrypt'])).type);
    await attempt(`import HMAC ${JSON.stringify(data)}`, async () => (await subtle.importKey('raw', data, hmac, true, ['sign'])).algorithm.length);
  }
  for (const jwk of jwks) {
    await attempt(`jwk ${JSON.stringify(jwk)}`, async () => subtle.exportKey('jwk', await subtle.importKey('jwk', jwk, 'AES-CBC', true, ['encrypt'])));
  }
  for (const length of [8, 40, 39]) {
    await attempt(`HMAC of ${length} bits`, async () => (await subtle.importKey('raw', range(5), { ...hmac, length }, true, ['sign'])).algorithm.length);
  }
  const key = await subtle.importKey('raw', range(16), 'AES-CBC', false, ['encrypt']);
  const macKey = await subtle.importKey('raw', range(16), hmac, false, ['sign']);
  const iv = range(16);
  await attempt('key of another algorithm', () => subtle.encrypt({ name: 'AES-GCM', iv: range(12) }, key, range(3)));
  await attempt('AES signs', () => subtle.sign('HMAC', key, range(3)));
  await attempt('HMAC encrypts', () => subtle.encrypt('HMAC', macKey, range(3)));
  await attempt('verify with a key that signs', () => subtle.verify('HMAC', macKey, range(20), range(3)));
  await attempt('decrypt with a key that encrypts', () => subtle.decrypt({ name: 'AES-CBC', iv }, key, range(32)));
  for (const data of ['text', null, undefined, 5, {}]) {
    await attempt(`encrypt ${JSON.stringify(data)}`, () => subtle.encrypt({ name: 'AES-CBC', iv }, key, data));
    await attempt(`sign ${JSON.stringify(data)}`, () => subtle.sign('HMAC', macKey, data));
  }
  for (const wrong of [5, {}, { type: 'secret' }]) {
    await attempt(`verify with ${JSON.stringify(wrong)}`, () => subtle.verify('HMAC', wrong, range(20), range(3)).then((ok) => ok, () => 'refused'));
  }
}
