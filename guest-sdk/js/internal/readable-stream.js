// ReadableStream with its default reader and controller, after the WHATWG standard: no byte
// streams, no pipes, as in k6.

import {
  ChunkQueue,
  deferred,
  ignoreRejection,
  methodOf,
  promiseOf,
  strategyOf,
} from 'squall:queuing';

const READABLE = 'readable';
const CLOSED = 'closed';
const ERRORED = 'errored';

// The state of a stream; its controller and readers share it.
class Source {
  state = READABLE;
  reason = undefined;
  reader = undefined;
  queue = new ChunkQueue();
  isStarted = false;
  isPulling = false;
  pullsAgain = false;
  closesWhenEmpty = false;

  constructor(object, strategy) {
    this.object = object;
    this.strategy = strategy;
    this.startMethod = methodOf(object, 'start', 'underlyingSource');
    this.pullMethod = methodOf(object, 'pull', 'underlyingSource');
    this.cancelMethod = methodOf(object, 'cancel', 'underlyingSource');
  }

  start() {
    this.controller = new ReadableStreamDefaultController(this);
    // What `start` throws, the constructor of the stream throws.
    const started = this.startMethod?.call(this.object, this.controller);
    Promise.resolve(started).then(
      () => {
        this.isStarted = true;
        this.pullIfNeeded();
      },
      (reason) => this.error(reason),
    );
  }

  get canEnqueue() {
    return this.state === READABLE && !this.closesWhenEmpty;
  }

  get desiredSize() {
    switch (this.state) {
      case ERRORED:
        return null;
      case CLOSED:
        return 0;
      default:
        return this.strategy.highWaterMark - this.queue.size;
    }
  }

  enqueue(chunk) {
    const waiting = this.reader?.waiting.shift();
    if (waiting !== undefined) {
      waiting.resolve({ value: chunk, done: false });
    } else {
      try {
        this.queue.push(chunk, this.strategy.sizeOf(chunk));
      } catch (error) {
        this.error(error);
        throw error;
      }
    }
    this.pullIfNeeded();
  }

  close() {
    this.closesWhenEmpty = true;
    if (this.queue.isEmpty) {
      this.finish();
    }
  }

  finish() {
    this.state = CLOSED;
    this.forget();
    this.reader?.closed.resolve();
    for (const waiting of this.reader?.waiting.splice(0) ?? []) {
      waiting.resolve({ value: undefined, done: true });
    }
  }

  error(reason) {
    if (this.state !== READABLE) {
      return;
    }
    this.state = ERRORED;
    this.reason = reason;
    this.queue.clear();
    this.forget();
    this.reader?.closed.reject(reason);
    for (const waiting of this.reader?.waiting.splice(0) ?? []) {
      waiting.reject(reason);
    }
  }

  // The source is not asked any more.
  forget() {
    this.pullMethod = undefined;
    this.strategy.sizeOf = undefined;
  }

  pullIfNeeded() {
    const isWanted = this.reader?.waiting.length > 0 || this.desiredSize > 0;
    if (!this.canEnqueue || !this.isStarted || !isWanted || this.pullMethod === undefined) {
      return;
    }
    if (this.isPulling) {
      this.pullsAgain = true;
      return;
    }
    this.isPulling = true;
    promiseOf(this.pullMethod, this.object, this.controller).then(
      () => {
        this.isPulling = false;
        if (this.pullsAgain) {
          this.pullsAgain = false;
          this.pullIfNeeded();
        }
      },
      (reason) => this.error(reason),
    );
  }

  read() {
    if (this.state === ERRORED) {
      return Promise.reject(this.reason);
    }
    if (this.state === CLOSED) {
      return Promise.resolve({ value: undefined, done: true });
    }
    if (this.queue.isEmpty) {
      const waiting = Promise.withResolvers();
      this.reader.waiting.push(waiting);
      this.pullIfNeeded();
      return waiting.promise;
    }
    const value = this.queue.shift();
    if (this.closesWhenEmpty && this.queue.isEmpty) {
      this.finish();
    } else {
      this.pullIfNeeded();
    }
    return Promise.resolve({ value, done: false });
  }

  cancel(reason) {
    if (this.state === CLOSED) {
      return Promise.resolve();
    }
    if (this.state === ERRORED) {
      return Promise.reject(this.reason);
    }
    this.queue.clear();
    const { cancelMethod } = this;
    this.finish();
    return promiseOf(cancelMethod, this.object, reason).then(() => {});
  }
}

class ReadableStreamDefaultController {
  #source;

  constructor(source) {
    this.#source = source;
  }

  get desiredSize() {
    return this.#source.desiredSize;
  }

  #mustTake() {
    if (!this.#source.canEnqueue) {
      throw new TypeError('cannot close or enqueue');
    }
  }

  enqueue(chunk) {
    this.#mustTake();
    this.#source.enqueue(chunk);
  }

  close() {
    this.#mustTake();
    this.#source.close();
  }

  error(reason) {
    this.#source.error(reason);
  }
}

// The source of a stream, for readers.
let sourceOf;

function underlying(given) {
  if (given === undefined) {
    return {};
  }
  if (typeof given !== 'object' || given === null) {
    throw new TypeError('underlyingSource must be an object');
  }
  if (given.type === 'bytes') {
    throw new Error("NotSupportedError:'bytes' stream is not supported yet");
  }
  if (given.type !== undefined) {
    throw new TypeError('invalid underlying source type');
  }
  return given;
}

export class ReadableStream {
  #source;

  static {
    sourceOf = (stream) => (#source in stream ? stream.#source : undefined);
  }

  constructor(source, strategy) {
    const object = underlying(source);
    this.#source = new Source(object, strategyOf(strategy));
    this.#source.start();
  }

  get locked() {
    return this.#source.reader !== undefined;
  }

  cancel(reason) {
    if (this.locked) {
      return Promise.reject(new TypeError('cannot cancel a locked stream'));
    }
    return this.#source.cancel(reason);
  }

  tee() {
    throw new Error("NotSupportedError:'tee()' is not supported yet");
  }

  getReader(options) {
    const mode = options?.mode;
    if (mode === 'byob') {
      throw new Error("NotSupportedError:'byob' mode is not supported yet");
    }
    if (mode !== undefined) {
      throw new TypeError("options.mode is not 'byob'");
    }
    return new ReadableStreamDefaultReader(this);
  }
}

export class ReadableStreamDefaultReader {
  #source;
  // As the source sees this reader: who waits for chunks, and for the end.
  #seen = { waiting: [], closed: deferred() };

  constructor(...args) {
    if (args.length !== 1) {
      throw new TypeError('ReadableStreamDefaultReader takes a single argument');
    }
    const [stream] = args;
    const source = typeof stream === 'object' && stream !== null ? sourceOf(stream) : undefined;
    if (source === undefined) {
      throw new TypeError('ReadableStreamDefaultReader argument must be a ReadableStream');
    }
    if (source.reader !== undefined) {
      throw new TypeError('stream is locked');
    }
    this.#source = source;
    source.reader = this.#seen;
    if (source.state === CLOSED) {
      this.#seen.closed.resolve();
    } else if (source.state === ERRORED) {
      this.#seen.closed.reject(source.reason);
    }
  }

  get closed() {
    return this.#seen.closed.promise;
  }

  async read() {
    return this.#held().read();
  }

  async cancel(reason) {
    return this.#held().cancel(reason);
  }

  releaseLock() {
    if (this.#source === undefined) {
      return;
    }
    const released = new TypeError('stream is not readable');
    if (this.#source.state === READABLE) {
      this.#seen.closed.reject(released);
    } else {
      this.#seen.closed = { promise: ignoreRejection(Promise.reject(released)) };
    }
    this.#seen.waiting.splice(0).forEach((waiting) => waiting.reject(released));
    this.#source.reader = undefined;
    this.#source = undefined;
  }

  #held() {
    if (this.#source === undefined) {
      throw new TypeError('stream is undefined');
    }
    return this.#source;
  }
}
