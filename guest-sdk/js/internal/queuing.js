// Queues of streams, and what tells how much they hold.

// Calls of a stream's source or sink: a promise of the result in any case.
export function promiseOf(method, target, ...args) {
  try {
    return Promise.resolve(method === undefined ? undefined : method.apply(target, args));
  } catch (error) {
    return Promise.reject(error);
  }
}

// A rejection that is told in another way, too.
export function ignoreRejection(promise) {
  promise.catch(() => {});
  return promise;
}

// A promise and how to settle it.
export function deferred() {
  const made = Promise.withResolvers();
  ignoreRejection(made.promise);
  return made;
}

// A method of a source or a sink.
export function methodOf(object, name, what) {
  const method = object[name];
  if (method === undefined && !(name in object)) {
    return undefined;
  }
  if (typeof method !== 'function') {
    throw new TypeError(`${what}.[[${name}]] must be a function`);
  }
  return method;
}

// `{ highWaterMark, sizeOf }` of a queuing strategy.
export function strategyOf(strategy) {
  if (strategy === undefined || strategy === null) {
    return { highWaterMark: 1, sizeOf: () => 1 };
  }
  if (typeof strategy !== 'object' && typeof strategy !== 'function') {
    throw new TypeError('CountQueuingStrategy argument must be an object');
  }
  const { highWaterMark = 1, size } = strategy;
  if (typeof highWaterMark !== 'number' || Number.isNaN(highWaterMark) || highWaterMark < 0) {
    throw new RangeError('highWaterMark must be a non-negative number');
  }
  if (size !== undefined && typeof size !== 'function') {
    throw new TypeError('size must be a function');
  }
  return { highWaterMark, sizeOf: size === undefined ? () => 1 : (chunk) => size(chunk) };
}

// Chunks with their sizes.
export class ChunkQueue {
  #chunks = [];
  size = 0;

  get isEmpty() {
    return this.#chunks.length === 0;
  }

  push(chunk, size) {
    const amount = Number(size);
    if (!Number.isFinite(amount) || amount < 0) {
      throw new RangeError('size must be a finite, non-NaN number');
    }
    this.#chunks.push({ chunk, size: amount });
    this.size += amount;
  }

  // The chunk that comes next, which stays.
  peek() {
    return this.#chunks[0].chunk;
  }

  shift() {
    const { chunk, size } = this.#chunks.shift();
    this.size = this.#chunks.length === 0 ? 0 : this.size - size;
    return chunk;
  }

  clear() {
    this.#chunks = [];
    this.size = 0;
  }
}

export class CountQueuingStrategy {
  constructor(...args) {
    if (args.length !== 1) {
      throw new TypeError('CountQueuingStrategy takes a single argument');
    }
    const [init] = args;
    if (typeof init !== 'object' || init === null) {
      throw new TypeError('CountQueuingStrategy argument must be an object');
    }
    if (!('highWaterMark' in init)) {
      throw new TypeError("CountQueuingStrategy argument must have 'highWaterMark' property");
    }
    Object.defineProperties(this, {
      highWaterMark: { value: init.highWaterMark, enumerable: true },
      size: { value: () => 1, enumerable: true },
    });
  }
}
