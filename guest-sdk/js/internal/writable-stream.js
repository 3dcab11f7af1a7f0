// WritableStream with its default writer and controller, after the WHATWG standard.

import { ChunkQueue, deferred, methodOf, promiseOf, strategyOf } from 'squall:queuing';

const WRITABLE = 'writable';
const CLOSED = 'closed';
// An error has come, and a write is under way that must end first.
const ERRORING = 'erroring';
const ERRORED = 'errored';

// The state of a stream; its controller and writers share it.
class Sink {
  state = WRITABLE;
  reason = undefined;
  writer = undefined;
  queue = new ChunkQueue();
  isStarted = false;
  // Promise of the close that was asked for, and whether it is under way.
  closing = undefined;
  isBusy = false;
  aborting = undefined;

  constructor(object, strategy) {
    this.object = object;
    this.strategy = strategy;
    this.startMethod = methodOf(object, 'start', 'underlyingSink');
    this.writeMethod = methodOf(object, 'write', 'underlyingSink');
    this.closeMethod = methodOf(object, 'close', 'underlyingSink');
    this.abortMethod = methodOf(object, 'abort', 'underlyingSink');
  }

  start() {
    this.controller = new WritableStreamDefaultController(this);
    // What `start` throws, the constructor of the stream throws.
    const started = this.startMethod?.call(this.object, this.controller);
    Promise.resolve(started).then(
      () => {
        this.isStarted = true;
        this.settleError();
        this.advance();
      },
      (reason) => {
        this.isStarted = true;
        this.error(reason);
        this.settleError();
      },
    );
  }

  get desiredSize() {
    switch (this.state) {
      case CLOSED:
        return 0;
      case WRITABLE:
        return this.strategy.highWaterMark - this.queue.size;
      default:
        return null;
    }
  }

  get isFull() {
    return this.state === WRITABLE && this.closing === undefined && this.desiredSize <= 0;
  }

  write(chunk) {
    if (this.state === ERRORING || this.state === ERRORED) {
      return Promise.reject(this.reason);
    }
    if (this.closing !== undefined || this.state === CLOSED) {
      return Promise.reject(new TypeError('cannot write to a stream that is closed or closing'));
    }
    const done = deferred();
    try {
      this.queue.push({ chunk, done }, this.strategy.sizeOf(chunk));
    } catch (error) {
      this.error(error);
      return Promise.reject(error);
    }
    this.tellWriter();
    this.advance();
    return done.promise;
  }

  close() {
    if (this.closing !== undefined || this.state === CLOSED) {
      return Promise.reject(new TypeError('the stream is closed or closing already'));
    }
    if (this.state !== WRITABLE) {
      return Promise.reject(this.reason);
    }
    this.closing = deferred();
    this.writer?.ready.resolve();
    this.advance();
    return this.closing.promise;
  }

  abort(reason) {
    if (this.state === CLOSED || this.state === ERRORED) {
      return Promise.resolve();
    }
    if (this.aborting === undefined) {
      this.aborting = { done: deferred(), reason };
      this.controller.abortWith(reason);
      this.error(reason);
    }
    return this.aborting.done.promise;
  }

  // Writes what comes next, then closes.
  advance() {
    if (!this.isStarted || this.isBusy || this.state !== WRITABLE) {
      return;
    }
    if (!this.queue.isEmpty) {
      const { chunk, done } = this.queue.peek();
      this.run(promiseOf(this.writeMethod, this.object, chunk, this.controller), done, () => {
        this.queue.shift();
        this.tellWriter();
      });
    } else if (this.closing !== undefined) {
      this.run(promiseOf(this.closeMethod, this.object), this.closing, () => {
        this.state = CLOSED;
        this.writer?.closed.resolve();
      });
    }
  }

  run(result, done, finish) {
    this.isBusy = true;
    result.then(
      () => {
        this.isBusy = false;
        if (this.state === WRITABLE) {
          finish();
        }
        done.resolve();
        this.settleError();
        this.advance();
      },
      (reason) => {
        this.isBusy = false;
        done.reject(reason);
        this.error(reason);
        this.settleError();
      },
    );
  }

  error(reason) {
    if (this.state !== WRITABLE) {
      return;
    }
    this.state = ERRORING;
    this.reason = reason;
    this.writer?.fail(reason);
    this.settleError();
  }

  // Once nothing is under way any more, all that waits is told of the error.
  settleError() {
    if (this.state !== ERRORING || this.isBusy || !this.isStarted) {
      return;
    }
    this.state = ERRORED;
    while (!this.queue.isEmpty) {
      this.queue.shift().done.reject(this.reason);
    }
    this.closing?.reject(this.reason);
    this.writer?.closed.reject(this.reason);
    if (this.aborting !== undefined) {
      const { done, reason } = this.aborting;
      promiseOf(this.abortMethod, this.object, reason).then(() => done.resolve(), done.reject);
    }
  }

  tellWriter() {
    if (this.writer !== undefined) {
      this.writer.setReady(!this.isFull);
    }
  }
}

class WritableStreamDefaultController {
  #sink;
  #aborted = undefined;

  constructor(sink) {
    this.#sink = sink;
  }

  // Why the stream was aborted, if it was.
  get abortReason() {
    return this.#aborted;
  }

  abortWith(reason) {
    this.#aborted = reason;
  }

  error(reason) {
    this.#sink.error(reason);
  }
}

// What a stream knows of its writer.
class Seen {
  closed = deferred();
  ready = deferred();
  isReady = false;

  setReady(isReady) {
    if (isReady) {
      this.ready.resolve();
    } else if (this.isReady) {
      this.ready = deferred();
    }
    this.isReady = isReady;
  }

  fail(reason) {
    if (this.isReady) {
      this.ready = deferred();
    }
    this.isReady = false;
    this.ready.reject(reason);
  }
}

// The sink of a stream, for writers.
let sinkOf;

export class WritableStream {
  #sink;

  static {
    sinkOf = (stream) => (#sink in stream ? stream.#sink : undefined);
  }

  constructor(sink = {}, strategy = undefined) {
    if (typeof sink !== 'object' || sink === null) {
      throw new TypeError('underlyingSink must be an object');
    }
    if (sink.type !== undefined) {
      throw new RangeError('invalid underlying sink type');
    }
    this.#sink = new Sink(sink, strategyOf(strategy));
    this.#sink.start();
  }

  get locked() {
    return this.#sink.writer !== undefined;
  }

  #refuseLocked(what) {
    return this.locked
      ? Promise.reject(new TypeError(`cannot ${what} a locked stream`))
      : undefined;
  }

  abort(reason) {
    return this.#refuseLocked('abort') ?? this.#sink.abort(reason);
  }

  close() {
    return this.#refuseLocked('close') ?? this.#sink.close();
  }

  getWriter() {
    return new WritableStreamDefaultWriter(this);
  }
}

export class WritableStreamDefaultWriter {
  #sink;
  #seen = new Seen();

  constructor(stream) {
    const sink = typeof stream === 'object' && stream !== null ? sinkOf(stream) : undefined;
    if (sink === undefined) {
      throw new TypeError('WritableStreamDefaultWriter argument must be a WritableStream');
    }
    if (sink.writer !== undefined) {
      throw new TypeError('stream is locked');
    }
    this.#sink = sink;
    sink.writer = this.#seen;
    if (sink.state === ERRORING || sink.state === ERRORED) {
      this.#seen.fail(sink.reason);
    } else {
      this.#seen.setReady(!sink.isFull);
    }
    if (sink.state === CLOSED) {
      this.#seen.closed.resolve();
    } else if (sink.state === ERRORED) {
      this.#seen.closed.reject(sink.reason);
    }
  }

  get closed() {
    return this.#seen.closed.promise;
  }

  get ready() {
    return this.#seen.ready.promise;
  }

  get desiredSize() {
    return this.#held().desiredSize;
  }

  async write(chunk) {
    return this.#held().write(chunk);
  }

  async close() {
    return this.#held().close();
  }

  async abort(reason) {
    return this.#held().abort(reason);
  }

  releaseLock() {
    if (this.#sink === undefined) {
      return;
    }
    const released = new TypeError('the writer was released');
    this.#seen.fail(released);
    this.#seen.closed.reject(released);
    this.#sink.writer = undefined;
    this.#sink = undefined;
  }

  #held() {
    if (this.#sink === undefined) {
      throw new TypeError('stream is undefined');
    }
    return this.#sink;
  }
}
