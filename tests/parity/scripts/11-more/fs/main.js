/* parity
title: k6/experimental/fs: open, stat, read, seek
points: 11
console: distinct
*/
import { open, SeekMode } from 'k6/experimental/fs';
import { say } from '../../_lib/answer.js';

const file = await open('./text.txt');
try { await open('./nothing.txt'); console.log('opened'); } catch (e) { console.log('missing rejects', e.name); }

const text = (bytes) => String.fromCharCode(...bytes);

export default async function () {
  const info = await file.stat();
  say('stat', [info.name, info.size, typeof file.path, file.path.endsWith('text.txt')]);
  const buffer = new Uint8Array(7);
  say('read', [await file.read(buffer), text(buffer)]);
  say('goes on', [await file.read(buffer), text(buffer)]);
  say('seek', [await file.seek(2, SeekMode.Start), await file.read(buffer), text(buffer)]);
  say('seek from here', [await file.seek(1, SeekMode.Current), await file.read(buffer), text(buffer)]);
  say('seek from the end', [await file.seek(-4, SeekMode.End), await file.read(buffer), text(buffer)]);
  say('at the end', await file.read(buffer));
  say('modes', [SeekMode.Start, SeekMode.Current, SeekMode.End]);
  await file.seek(0, SeekMode.Start);
  let total = 0;
  for (;;) {
    const n = await file.read(buffer);
    if (n === null) break;
    total += n;
  }
  say('all', total);
  for (const [name, f] of [['before the start', () => file.seek(-5, SeekMode.Start)], ['beyond the end', () => file.seek(500, SeekMode.Start)], ['odd mode', () => file.seek(0, 7)], ['text as a place', () => file.seek('x', SeekMode.Start)], ['no buffer', () => file.read()], ['text as a buffer', () => file.read('x')], ['empty buffer', () => file.read(new Uint8Array(0))]]) {
    try { say(`${name} gives`, await f()); } catch (e) { console.log(name, 'rejects', e.name); }
  }
  try { await open('./text.txt'); console.log('opened in an iteration'); } catch (e) { console.log('open in an iteration rejects'); }
}
