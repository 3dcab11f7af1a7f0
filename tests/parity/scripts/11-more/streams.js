/* parity
title: k6/experimental/streams: ReadableStream, reader, strategies
points: 11
*/
import { ReadableStream, CountQueuingStrategy } from 'k6/experimental/streams';
import { say } from '../_lib/answer.js';

async function drain(stream) {
  const reader = stream.getReader();
  const seen = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return seen;
    seen.push(value);
  }
}

export default async function () {
  say('pushed', await drain(new ReadableStream({ start(controller) { controller.enqueue('a'); controller.enqueue({ b: 1 }); controller.close(); } })));
  let n = 0;
  say('pulled', await drain(new ReadableStream({ pull(controller) { n += 1; if (n > 3) controller.close(); else controller.enqueue(n); } })));
  say('timed', await drain(new ReadableStream({ start(controller) { setTimeout(() => { controller.enqueue('later'); controller.close(); }, 10); } })));
  say('strategy', await drain(new ReadableStream({ start(controller) { say('size wanted', controller.desiredSize); controller.enqueue(1); say('size wanted', controller.desiredSize); controller.close(); } }, new CountQueuingStrategy({ highWaterMark: 5 }))));
  const stream = new ReadableStream({ start(controller) { controller.enqueue(1); }, cancel(reason) { console.log('cancelled', reason); } });
  say('locked', stream.locked);
  const reader = stream.getReader();
  say('locked', stream.locked);
  try { stream.getReader(); console.log('two readers'); } catch (e) { console.log('second reader throws', e.name); }
  say('read', await reader.read());
  await reader.cancel('enough');
  say('after cancel', await reader.read());
  reader.releaseLock();
  say('released', stream.locked);
  const failing = new ReadableStream({ start(controller) { controller.error(new Error('broken stream')); } });
  try { await drain(failing); } catch (e) { console.log('rejects', e.message); }
}
