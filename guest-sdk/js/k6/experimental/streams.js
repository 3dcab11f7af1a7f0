// Module `k6/experimental/streams`.

import { CountQueuingStrategy } from 'squall:queuing';
import { ReadableStream, ReadableStreamDefaultReader } from 'squall:readable-stream';
import { WritableStream, WritableStreamDefaultWriter } from 'squall:writable-stream';

export {
  CountQueuingStrategy,
  ReadableStream,
  ReadableStreamDefaultReader,
  WritableStream,
  WritableStreamDefaultWriter,
};
export default {
  CountQueuingStrategy,
  ReadableStream,
  ReadableStreamDefaultReader,
  WritableStream,
  WritableStreamDefaultWriter,
};
