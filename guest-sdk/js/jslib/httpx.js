// Stands for https://jslib.k6.io/httpx/0.0.1 - 0.1.0/index.js.
//
// A session around k6/http: a base URL, and headers, tags and other parameters that go with each
// request. All methods take (url, body, params), also those that seldom have a body.

import http from 'k6/http';

/** Parameters over parameters; headers and tags are united, the later one wins. */
function merge(base, over) {
  const merged = { ...base, ...over };
  for (const key of ['headers', 'tags']) {
    if (base[key] || (over && over[key])) {
      merged[key] = { ...base[key], ...(over && over[key]) };
    }
  }
  return merged;
}

function isAbsolute(url) {
  return /^https?:\/\//i.test(url);
}

/** One request of batch(). */
class BatchRequest {
  constructor(method, url, body, params) {
    this.method = method;
    this.url = url;
    this.body = body === undefined ? null : body;
    this.params = params || {};
  }
}

export class Request extends BatchRequest {}

export class Get extends BatchRequest {
  constructor(url, body, params) { super('GET', url, body, params); }
}

export class Post extends BatchRequest {
  constructor(url, body, params) { super('POST', url, body, params); }
}

export class Put extends BatchRequest {
  constructor(url, body, params) { super('PUT', url, body, params); }
}

export class Patch extends BatchRequest {
  constructor(url, body, params) { super('PATCH', url, body, params); }
}

export class Delete extends BatchRequest {
  constructor(url, body, params) { super('DELETE', url, body, params); }
}

export class Options extends BatchRequest {
  constructor(url, body, params) { super('OPTIONS', url, body, params); }
}

export class Head extends BatchRequest {
  constructor(url, body, params) { super('HEAD', url, body, params); }
}

/** The forms of a batch's item that k6/http knows, as a request. */
function toRequest(item) {
  if (typeof item === 'string') return new Get(item);
  if (Array.isArray(item)) return new BatchRequest(...item);
  if (item !== null && typeof item === 'object') {
    if (item.method === undefined && typeof item.clean_url === 'string') return new Get(item);
    return new BatchRequest(item.method || 'GET', item.url, item.body, item.params);
  }
  throw new Error(`httpx: batch() takes requests such as new Get(url), got ${typeof item}`);
}

export class Httpx {
  constructor(options = {}) {
    const { baseURL = '', headers = {}, tags = {}, timeout = 60000, ...params } = options;
    this.baseURL = baseURL;
    this.params = { ...params, timeout, headers: { ...headers }, tags: { ...tags } };
    this.lastRequest = null;
  }

  setBaseUrl(url) { this.baseURL = url; }

  setTimeout(timeout) { this.params.timeout = timeout; }

  addHeader(key, value) { this.params.headers[key] = value; }

  addHeaders(headers) { Object.assign(this.params.headers, headers); }

  clearHeader(name) { delete this.params.headers[name]; }

  addTag(key, value) { this.params.tags[key] = value; }

  addTags(tags) { Object.assign(this.params.tags, tags); }

  clearTag(name) { delete this.params.tags[name]; }

  /** The URL and the parameters of a request as k6/http takes them. */
  #prepare(url, params) {
    const merged = merge(this.params, params || {});
    if (url !== null && typeof url === 'object' && typeof url.url === 'string') {
      if (isAbsolute(url.url)) return { url, params: merged };
      // http.url`...` of a path: its name has to get the base as well.
      merged.tags = { name: this.baseURL + url.name, ...merged.tags };
      return { url: this.baseURL + url.url, params: merged };
    }
    if (typeof url !== 'string') {
      throw new Error(`httpx: the URL must be text or http.url, got ${typeof url}`);
    }
    return { url: isAbsolute(url) ? url : this.baseURL + url, params: merged };
  }

  request(method, url, body = null, params = {}) {
    const ready = this.#prepare(url, params);
    const response = http.request(method, ready.url, body, ready.params);
    this.lastRequest = response;
    return response;
  }

  async asyncRequest(method, url, body = null, params = {}) {
    const ready = this.#prepare(url, params);
    return http.asyncRequest(method, ready.url, body, ready.params);
  }

  /** Sends requests at once; `params` go with each of them. */
  batch(requests, params = {}) {
    const ready = (item) => {
      const request = toRequest(item);
      const merged = this.#prepare(request.url, merge(params, request.params));
      return [request.method, merged.url, request.body, merged.params];
    };
    let all;
    if (Array.isArray(requests)) {
      all = requests.map(ready);
    } else {
      all = {};
      for (const key of Object.keys(requests)) all[key] = ready(requests[key]);
    }
    const responses = http.batch(all);
    this.lastRequest = responses;
    return responses;
  }

  get(url, body, params) { return this.request('GET', url, body, params); }

  post(url, body, params) { return this.request('POST', url, body, params); }

  put(url, body, params) { return this.request('PUT', url, body, params); }

  patch(url, body, params) { return this.request('PATCH', url, body, params); }

  delete(url, body, params) { return this.request('DELETE', url, body, params); }

  del(url, body, params) { return this.request('DELETE', url, body, params); }

  options(url, body, params) { return this.request('OPTIONS', url, body, params); }

  head(url, body, params) { return this.request('HEAD', url, body, params); }

  trace(url, body, params) { return this.request('TRACE', url, body, params); }

  asyncGet(url, body, params) { return this.asyncRequest('GET', url, body, params); }

  asyncPost(url, body, params) { return this.asyncRequest('POST', url, body, params); }

  asyncPut(url, body, params) { return this.asyncRequest('PUT', url, body, params); }

  asyncPatch(url, body, params) { return this.asyncRequest('PATCH', url, body, params); }

  asyncDelete(url, body, params) { return this.asyncRequest('DELETE', url, body, params); }

  asyncOptions(url, body, params) { return this.asyncRequest('OPTIONS', url, body, params); }

  asyncHead(url, body, params) { return this.asyncRequest('HEAD', url, body, params); }

  asyncTrace(url, body, params) { return this.asyncRequest('TRACE', url, body, params); }
}

export default new Httpx();
