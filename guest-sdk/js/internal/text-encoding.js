// The globals `TextEncoder` and `TextDecoder`.

import { decodePart, decodeUtf8, encodeUtf8 } from 'native:text';

class TextEncoder {
  get encoding() {
    return 'utf-8';
  }

  encode(input = '') {
    return new Uint8Array(encodeUtf8(String(input)));
  }

  // Writes what fits, whole characters only.
  encodeInto(source, destination) {
    const text = String(source);
    let read = 0;
    let written = 0;
    for (const character of text) {
      const bytes = new Uint8Array(encodeUtf8(character));
      if (written + bytes.length > destination.length) {
        break;
      }
      destination.set(bytes, written);
      written += bytes.length;
      read += character.length;
    }
    return { read, written };
  }
}

const LABELS = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'unicode-1-1-utf-8': 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

const BYTE_ORDER_MARK = '\ufeff';

class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  // Bytes of a character that is not complete, while a stream goes on.
  #rest;
  #isAfterStart = false;

  constructor(label = 'utf-8', options = {}) {
    this.#encoding = LABELS[String(label).trim().toLowerCase()];
    if (this.#encoding === undefined) {
      throw new RangeError(
        `unsupported encoding: ${label}; use one of utf-8, utf-16le and utf-16be`,
      );
    }
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
  }

  get encoding() {
    return this.#encoding;
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#ignoreBOM;
  }

  decode(input, options) {
    if (input !== undefined && !ArrayBuffer.isView(input) && !(input instanceof ArrayBuffer)) {
      throw new TypeError('decode() takes an ArrayBuffer or a view of one');
    }
    const isLast = !options?.stream;
    const rest = this.#rest;
    const isAfterStart = this.#isAfterStart;
    let text;
    if (isLast && rest === undefined && this.#encoding === 'utf-8') {
      text = decodeUtf8(input, this.#fatal);
    } else {
      // Bytes that are no text end the stream.
      this.#rest = undefined;
      this.#isAfterStart = false;
      const part = decodePart(this.#encoding, rest, input, this.#fatal, isLast);
      text = part[0];
      if (!isLast) {
        this.#rest = part[1];
        this.#isAfterStart = isAfterStart || text !== '';
      }
    }
    const hasMark = !isAfterStart && !this.#ignoreBOM && text.startsWith(BYTE_ORDER_MARK);
    return hasMark ? text.slice(1) : text;
  }
}

for (const value of [TextEncoder, TextDecoder]) {
  Object.defineProperty(globalThis, value.name, {
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
