// Stands for https://jslib.k6.io/formdata/0.0.1 - 0.0.2/index.js.
//
// A multipart/form-data body whose parts keep their order and may share a name, which the object
// that k6/http takes cannot. `boundary` goes into the request's Content-Type header.

const CRLF = '\r\n';

/**
 * Text as bytes. The library has always written one byte a character; scripts use that for binary
 * strings. Text that has characters beyond a byte would be broken by it and is written as UTF-8.
 */
function textBytes(text) {
  let beyond = false;
  for (let i = 0; i < text.length && !beyond; i += 1) beyond = text.charCodeAt(i) > 0xff;
  // encodeURIComponent is UTF-8 in every engine, but refuses lone surrogates.
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  const raw = beyond
    ? encodeURIComponent(text.replace(lone, '\ufffd')).replace(
      /%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)),
    )
    : text;
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

function dataBytes(data) {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (Array.isArray(data)) return new Uint8Array(data);
  return textBytes(String(data));
}

/** A name inside quotes of a header, as browsers write it. */
function escapeName(name) {
  return String(name).replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}

function isFile(value) {
  return value !== null && typeof value === 'object' && 'data' in value;
}

function makePart(name, value, filename) {
  let file = null;
  if (isFile(value)) file = value;
  else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) file = { data: value };

  let head = `Content-Disposition: form-data; name="${escapeName(name)}"`;
  if (file === null) return { name: String(name), head, data: String(value) };
  const shownName = filename === undefined ? file.filename : filename;
  if (shownName) head += `; filename="${escapeName(shownName)}"`;
  head += `${CRLF}Content-Type: ${file.content_type || 'application/octet-stream'}`;
  return { name: String(name), head, data: file.data };
}

export class FormData {
  #parts = [];

  constructor() {
    const random = () => Math.random().toString(36).slice(2, 14);
    this.boundary = `----FormDataBoundary${random()}${random()}`;
  }

  /** Adds a field; a file is http.file(...) or {data, filename, content_type}. */
  append(name, value, filename) {
    this.#parts.push(makePart(name, value, filename));
  }

  /** Gives all fields of the name this value where they stand, or adds one. */
  set(name, value, filename) {
    const part = makePart(name, value, filename);
    if (!this.#parts.some((old) => old.name === part.name)) this.#parts.push(part);
    else this.#parts = this.#parts.map((old) => (old.name === part.name ? part : old));
  }

  /** The body of the request, an ArrayBuffer. */
  body() {
    const chunks = [];
    for (const part of this.#parts) {
      chunks.push(textBytes(`--${this.boundary}${CRLF}${part.head}${CRLF}${CRLF}`));
      chunks.push(dataBytes(part.data), textBytes(CRLF));
    }
    chunks.push(textBytes(`--${this.boundary}--${CRLF}`));
    const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole.buffer;
  }
}
