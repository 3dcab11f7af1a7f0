// Module `squall/http`: responses that are read while they come, and server-sent events. k6 has
// neither.
//
// Whatever waits comes twice: `read` lets the VU wait, as `http.get` does; `readAsync` returns a
// promise, so that timers and other requests of the VU go on meanwhile.

import { open as openRequest } from 'native:http';

const EVENT_STREAM = 'text/event-stream';
const PIECE_BYTES = 65536;

// What `next` returns, up to the end.
function* all(next) {
  for (let item = next(); item; item = next()) {
    yield item;
  }
}

async function* allAsync(next) {
  for (let item = await next(); item; item = await next()) {
    yield item;
  }
}

class ResponseStream {
  #opened;
  #head;

  constructor(opened) {
    this.#opened = opened;
  }

  #known() {
    if (this.#head === undefined) {
      const [status, headers] = this.#opened.head() ?? [0, {}];
      this.#head = { status, headers };
    }
    return this.#head;
  }

  // HTTP status, once it is there; 0 when no response came, and `close()` tells why.
  get status() {
    return this.#known().status;
  }

  get headers() {
    return this.#known().headers;
  }

  // An ArrayBuffer of at least one byte; null at the end; undefined when nothing came within
  // `timeout`.
  read({ timeout, bytesMax = PIECE_BYTES } = {}) {
    return this.#opened.read(timeout, bytesMax);
  }

  // As `read`, without a timeout.
  async readAsync({ bytesMax = PIECE_BYTES } = {}) {
    await this.ready();
    return this.#opened.read(undefined, bytesMax);
  }

  // Settles when `read` would not wait.
  async ready() {
    // The first news is the head.
    if (this.#head === undefined) {
      await this.#news();
      this.#known();
    }
    await this.#news();
  }

  #news() {
    return new Promise((resolve) => {
      this.#opened.whenReady(resolve);
    });
  }

  // Takes no more; returns the response, with all but a body.
  close() {
    this.#known();
    return this.#opened.close();
  }

  [Symbol.iterator]() {
    return all(() => this.read());
  }

  [Symbol.asyncIterator]() {
    return allAsync(() => this.readAsync());
  }
}

class EventStream {
  #opened;
  #stream;
  #lastEventId;

  constructor(opened, lastEventId) {
    this.#opened = opened;
    this.#stream = new ResponseStream(opened);
    this.#lastEventId = lastEventId;
  }

  get status() {
    return this.#stream.status;
  }

  get headers() {
    return this.#stream.headers;
  }

  // For `params.lastEventId`, to go on from here.
  get lastEventId() {
    return this.#lastEventId;
  }

  // Milliseconds that the server asks clients to wait before they connect again; null where it
  // does not say.
  get retry() {
    return this.#opened.retryMs() ?? null;
  }

  #hasEvents() {
    const type = this.headers['Content-Type'] ?? '';
    const [essence] = type.split(';', 1);
    return this.status === 200 && essence.trim().toLowerCase() === EVENT_STREAM;
  }

  // `{ type, data, lastEventId }`; null at the end, and where the response has no events; undefined
  // when none came within `timeout`.
  next({ timeout } = {}) {
    if (!this.#hasEvents()) {
      return null;
    }
    const event = this.#opened.nextEvent(timeout);
    if (!event) {
      return event;
    }
    const [type, data, lastEventId] = event;
    this.#lastEventId = lastEventId;
    return { type, data, lastEventId };
  }

  // As `next`, without a timeout.
  async nextAsync() {
    for (;;) {
      if (!this.#opened.hasEvent()) {
        await this.#stream.ready();
      }
      const event = this.next({ timeout: 0 });
      if (event !== undefined) {
        return event;
      }
    }
  }

  close() {
    return this.#stream.close();
  }

  [Symbol.iterator]() {
    return all(() => this.next());
  }

  [Symbol.asyncIterator]() {
    return allAsync(() => this.nextAsync());
  }
}

export function open(method, url, body, params) {
  return new ResponseStream(openRequest(method, url, body, params));
}

export function events(url, params) {
  const { method = 'GET', body = null, lastEventId = '', ...rest } = params ?? {};
  const headers = { Accept: EVENT_STREAM, ...rest.headers };
  if (lastEventId !== '') {
    headers['Last-Event-ID'] = lastEventId;
  }
  return new EventStream(openRequest(method, url, body, { ...rest, headers }), lastEventId);
}

export default { open, events };
