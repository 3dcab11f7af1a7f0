// Stands for https://jslib.k6.io/url/1.0.0/index.js.
//
// URL and URLSearchParams of the WHATWG URL standard (https://url.spec.whatwg.org). Host names
// have to be ASCII: the tables of IDNA would be larger than all of the rest.

import { encodeText, inUserinfo } from './url/percent.js';
import { parseUrl, setPart } from './url/parser.js';
import { isSpecial, serializePath, serializeUrl } from './url/record.js';
import { URLSearchParams, bind, refill } from './url/search-params.js';

export { URLSearchParams };

function parseOrThrow(text, base) {
  const record = parseUrl(text, base);
  if (record === null) throw new TypeError(`Invalid URL: "${text}"`);
  return record;
}

function cannotHavePort(record) {
  return record.host === null || record.host === '' || record.scheme === 'file';
}

function originOf(record) {
  if (record.scheme === 'blob') {
    const inner = parseUrl(serializePath(record), null);
    return inner && /^https?$/.test(inner.scheme) ? originOf(inner) : 'null';
  }
  if (!isSpecial(record.scheme) || record.scheme === 'file') return 'null';
  const port = record.port === null ? '' : `:${record.port}`;
  return `${record.scheme}://${record.host}${port}`;
}

/** Spaces at the end of a path such as `data:x ` are kept only in front of a query or fragment. */
function stripOpaquePath(record) {
  if (typeof record.path === 'string' && record.fragment === null && record.query === null) {
    record.path = record.path.replace(/ +$/, '');
  }
}

export class URL {
  #record;

  #params;

  constructor(url, base) {
    let baseRecord = null;
    if (base !== undefined) {
      baseRecord = parseUrl(String(base), null);
      if (baseRecord === null) throw new TypeError(`Invalid base URL: "${base}"`);
    }
    this.#record = parseOrThrow(String(url), baseRecord);
    this.#params = bind(this.#record.query || '', (query) => {
      this.#record.query = query === '' ? null : query;
      stripOpaquePath(this.#record);
    });
  }

  static canParse(url, base) {
    return URL.parse(url, base) !== null;
  }

  static parse(url, base) {
    try {
      return new URL(url, base);
    } catch (error) {
      return null;
    }
  }

  get href() { return serializeUrl(this.#record); }

  set href(value) {
    this.#record = parseOrThrow(String(value), null);
    refill(this.#params, this.#record.query || '');
  }

  get origin() { return originOf(this.#record); }

  get protocol() { return `${this.#record.scheme}:`; }

  set protocol(value) { setPart(this.#record, `${value}:`, 'schemeStart'); }

  get username() { return this.#record.username; }

  set username(value) {
    if (!cannotHavePort(this.#record)) {
      this.#record.username = encodeText(String(value), inUserinfo);
    }
  }

  get password() { return this.#record.password; }

  set password(value) {
    if (!cannotHavePort(this.#record)) {
      this.#record.password = encodeText(String(value), inUserinfo);
    }
  }

  get host() {
    const { host, port } = this.#record;
    if (host === null) return '';
    return port === null ? host : `${host}:${port}`;
  }

  set host(value) {
    if (typeof this.#record.path !== 'string') setPart(this.#record, String(value), 'host');
  }

  get hostname() { return this.#record.host === null ? '' : this.#record.host; }

  set hostname(value) {
    if (typeof this.#record.path !== 'string') setPart(this.#record, String(value), 'hostname');
  }

  get port() { return this.#record.port === null ? '' : String(this.#record.port); }

  set port(value) {
    if (cannotHavePort(this.#record)) return;
    if (String(value) === '') this.#record.port = null;
    else setPart(this.#record, String(value), 'port');
  }

  get pathname() { return serializePath(this.#record); }

  set pathname(value) {
    if (typeof this.#record.path === 'string') return;
    this.#record.path = [];
    setPart(this.#record, String(value), 'pathStart');
  }

  get search() { return this.#record.query ? `?${this.#record.query}` : ''; }

  set search(value) {
    const text = String(value).replace(/^\?/, '');
    this.#record.query = value === '' ? null : '';
    if (this.#record.query === null) stripOpaquePath(this.#record);
    else setPart(this.#record, text, 'query');
    refill(this.#params, this.#record.query || '');
  }

  get searchParams() { return this.#params; }

  get hash() { return this.#record.fragment ? `#${this.#record.fragment}` : ''; }

  set hash(value) {
    this.#record.fragment = String(value) === '' ? null : '';
    if (this.#record.fragment === null) stripOpaquePath(this.#record);
    else setPart(this.#record, String(value).replace(/^#/, ''), 'fragment');
  }

  toString() { return this.href; }

  toJSON() { return this.href; }

  get [Symbol.toStringTag]() { return 'URL'; }
}

export default { URL, URLSearchParams };
