/* parity
title: WebCrypto: parameters of AES-CBC, AES-CTR and AES-GCM
points: 6
*/
import { say } from '../_lib/answer.js';

const hex = (buffer) => Array.from(new Uint8Array(buffer)).map((b) => b.toString(16).padStart(2, '0')).join('');
const range = (n, from = 0) => new Uint8Array(Array.from({ length: n }, (_, i) => (from + i * 7) & 255));
const { subtle } = crypto;
const attempt = async (name, f) => {
  try {
    say(`${name} gives`, hex(await f()));
  } catch (e) {
    console.log(name, 'rejects', e && e.name);
  }
};
const keyFor = (name, length = 16) => subtle.importKey('raw', range(length, 5), name, true, ['encrypt', 'decrypt']);

export default async function () {
  for (const length of [1, 15, 16, 17, 48, 200]) {
    for (const bytes of [16, 24, 32]) {
      const cbc = await keyFor('AES-CBC', bytes);
      const params = { name: 'AES-CBC', iv: range(16, 9) };
      await attempt(`CBC ${bytes} of ${length}`, () => subtle.encrypt(params, cbc, range(length)));
      await attempt(`CBC ${bytes} of ${length} back`, async () => subtle.decrypt(params, cbc, await subtle.encrypt(params, cbc, range(length))));
      const gcm = await keyFor('AES-GCM', bytes);
      const more = { name: 'AES-GCM', iv: range(12, 9), additionalData: range(length, 3) };
      await attempt(`GCM ${bytes} of ${length}`, () => subtle.encrypt(more, gcm, range(length)));
      const ctr = await keyFor('AES-CTR', bytes);
      await attempt(`CTR ${bytes} of ${length}`, () => subtle.encrypt({ name: 'AES-CTR', counter: range(16), length: 128 }, ctr, range(length)));
    }
  }
  const cbc = await keyFor('AES-CBC');
  for (const iv of [range(16).buffer, new DataView(range(16).buffer), range(5), 'text', null, undefined]) {
    await attempt(`CBC iv ${Object.prototype.toString.call(iv)}`, () => subtle.encrypt({ name: 'AES-CBC', iv }, cbc, range(5)));
  }
  const ctr = await keyFor('AES-CTR');
  for (const params of [{ counter: range(16), length: 0 }, { counter: range(16), length: 129 }, { counter: range(16) }, { counter: range(5), length: 64 }, { length: 64 }, { counter: range(16), length: '64' }, { counter: range(16).fill(255), length: 128 }]) {
    await attempt(`CTR ${JSON.stringify(params)}`, () => subtle.encrypt({ name: 'AES-CTR', ...params }, ctr, range(70)));
  }
  const gcm = await keyFor('AES-GCM');
  for (const tagLength of [32, 64, 96, 104, 112, 120, 128, 100, 0, '96', 129, null]) {
    const params = { name: 'AES-GCM', iv: range(12), tagLength };
    await attempt(`GCM tag ${tagLength}`, () => subtle.encrypt(params, gcm, range(33)));
    await attempt(`GCM tag ${tagLength} back`, async () => subtle.decrypt(params, gcm, await subtle.encrypt(params, gcm, range(33))));
  }
  for (const length of [0, 1, 16, 60]) {
    await attempt(`GCM iv of ${length}`, () => subtle.encrypt({ name: 'AES-GCM', iv: range(length) }, gcm, range(5)));
  }
  await attempt('GCM of nothing', () => subtle.encrypt({ name: 'AES-GCM', iv: range(12) }, gcm, range(0)));
  await attempt('GCM too short', () => subtle.decrypt({ name: 'AES-GCM', iv: range(12) }, gcm, range(3)));
  await attempt('GCM other data', async () => subtle.decrypt({ name: 'AES-GCM', iv: range(12), additionalData: range(2) }, gcm, await subtle.encrypt({ name: 'AES-GCM', iv: range(12), additionalData: range(3) }, gcm, range(5))));
}
