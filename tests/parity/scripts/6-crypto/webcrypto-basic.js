/* parity
title: WebCrypto: getRandomValues, randomUUID, digest; errors
points: 6
*/
import { say } from '../_lib/answer.js';

const hex = (buffer) => Array.from(new Uint8Array(buffer)).map((b) => b.toString(16).padStart(2, '0')).join('');
const data = new Uint8Array([104, 101, 108, 108, 111]);
const attempt = async (name, f, isNamed = true) => {
  try {
    say(`${name} gives`, await f());
  } catch (e) {
    console.log(name, 'rejects', isNamed ? e.name : '');
  }
};

export default async function () {
  say('globals', [typeof crypto, typeof crypto.subtle, typeof crypto.getRandomValues, typeof crypto.randomUUID]);
  for (const kind of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array]) {
    const list = new kind(32);
    const same = crypto.getRandomValues(list);
    say(kind.name, [same === list, list.some((n) => n !== 0)]);
  }
  await attempt('floats', () => crypto.getRandomValues(new Float32Array(4)).length, false);
  await attempt('a list', () => crypto.getRandomValues([1, 2]), false);
  await attempt('too many', () => crypto.getRandomValues(new Uint8Array(65537)).length, false);
  await attempt('most', () => crypto.getRandomValues(new Uint8Array(65536)).length);
  await attempt('none', () => crypto.getRandomValues(new Uint8Array(0)).length);
  const uuids = [crypto.randomUUID(), crypto.randomUUID()];
  say('uuid', [uuids.every((u) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(u)), uuids[0] !== uuids[1]]);
  for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'sha-256']) {
    await attempt(`digest ${name}`, async () => hex(await crypto.subtle.digest(name, data)));
  }
  await attempt('digest as an object', async () => hex(await crypto.subtle.digest({ name: 'SHA-256' }, data)));
  await attempt('digest of a buffer', async () => hex(await crypto.subtle.digest('SHA-256', data.buffer)));
  await attempt('digest of nothing', async () => hex(await crypto.subtle.digest('SHA-256', new Uint8Array(0))));
  await attempt('digest of a view', async () => hex(await crypto.subtle.digest('SHA-256', new DataView(data.buffer))));
  await attempt('digest MD5', () => crypto.subtle.digest('MD5', data));
  await attempt('digest of a text', () => crypto.subtle.digest('SHA-256', 'hello'), false);
  await attempt('digest of null', () => crypto.subtle.digest('SHA-256', null));
  const digest = crypto.subtle.digest('SHA-256', data);
  say('a promise', [digest instanceof Promise, (await digest) instanceof ArrayBuffer]);
}
