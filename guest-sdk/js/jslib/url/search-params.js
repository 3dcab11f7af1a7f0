// URLSearchParams: the names and values of a query, alone or bound to a URL.

import { decodePercent, encodeForm } from './percent.js';

// Set by the class below: how url.js reaches into an instance without a public door.
let attach;

function decode(text) {
  return decodePercent(text.replace(/\+/g, ' '));
}

function wellFormed(value) {
  const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  return String(value).replace(lone, '\ufffd');
}

function parseQuery(query) {
  const pairs = [];
  for (const part of query.split('&')) {
    if (part !== '') {
      const at = part.indexOf('=');
      const name = at < 0 ? part : part.slice(0, at);
      pairs.push([decode(name), at < 0 ? '' : decode(part.slice(at + 1))]);
    }
  }
  return pairs;
}

function pairsOf(init) {
  if (init === undefined || init === null) return init === null ? [['null', '']] : [];
  if (typeof init !== 'object' && typeof init !== 'function') {
    return parseQuery(wellFormed(init).replace(/^\?/, ''));
  }
  if (typeof init[Symbol.iterator] === 'function') {
    return Array.from(init, (entry) => {
      const pair = entry !== null && typeof entry === 'object' ? Array.from(entry) : [];
      if (pair.length !== 2) {
        throw new TypeError('URLSearchParams: each entry must be a pair of a name and a value');
      }
      return pair.map(wellFormed);
    });
  }
  return Object.keys(init).map((name) => [wellFormed(name), wellFormed(init[name])]);
}

export class URLSearchParams {
  #pairs;

  #changed = null;

  constructor(init) {
    this.#pairs = pairsOf(init);
  }

  static {
    attach = (params, pairs, changed) => {
      params.#pairs = pairs;
      if (changed) params.#changed = changed;
    };
  }

  #update(pairs) {
    this.#pairs = pairs;
    if (this.#changed) this.#changed(this.toString());
  }

  get size() { return this.#pairs.length; }

  append(name, value) {
    this.#update([...this.#pairs, [wellFormed(name), wellFormed(value)]]);
  }

  delete(name, value) {
    this.#update(this.#pairs.filter(
      ([n, v]) => n !== String(name) || (value !== undefined && v !== String(value)),
    ));
  }

  get(name) {
    const found = this.#pairs.find(([n]) => n === String(name));
    return found ? found[1] : null;
  }

  getAll(name) {
    return this.#pairs.filter(([n]) => n === String(name)).map(([, v]) => v);
  }

  has(name, value) {
    return this.#pairs.some(
      ([n, v]) => n === String(name) && (value === undefined || v === String(value)),
    );
  }

  set(name, value) {
    const key = wellFormed(name);
    const first = this.#pairs.findIndex(([n]) => n === key);
    const pair = [key, wellFormed(value)];
    if (first < 0) {
      this.#update([...this.#pairs, pair]);
    } else {
      const others = this.#pairs.filter(([n], i) => n !== key || i === first);
      this.#update(others.map((old) => (old[0] === key ? pair : old)));
    }
  }

  sort() {
    const order = ([a], [b]) => {
      if (a < b) return -1;
      return a > b ? 1 : 0;
    };
    this.#update([...this.#pairs].sort(order));
  }

  forEach(callback, self) {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  // The iterators see changes that are made while they run, as the standard asks for.
  * entries() {
    for (let i = 0; i < this.#pairs.length; i += 1) yield [...this.#pairs[i]];
  }

  * keys() {
    for (const [name] of this.entries()) yield name;
  }

  * values() {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator]() { return this.entries(); }

  toString() {
    return this.#pairs.map(([n, v]) => `${encodeForm(n)}=${encodeForm(v)}`).join('&');
  }

  get [Symbol.toStringTag]() { return 'URLSearchParams'; }
}

/** Parameters that tell `changed` of each new query. */
export function bind(query, changed) {
  const params = new URLSearchParams();
  attach(params, parseQuery(query), changed);
  return params;
}

/** New content for bound parameters, of which the URL knows already. */
export function refill(params, query) {
  attach(params, parseQuery(query), null);
}
