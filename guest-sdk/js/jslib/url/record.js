// What a parsed URL consists of, and its text.

export const DEFAULT_PORTS = { ftp: 21, file: null, http: 80, https: 443, ws: 80, wss: 443 };

export function isSpecial(scheme) {
  return Object.prototype.hasOwnProperty.call(DEFAULT_PORTS, scheme);
}

/** `path` is a list of segments, or a string where the URL is no hierarchy, as in mailto:. */
export function newRecord() {
  return {
    scheme: '', username: '', password: '', host: null, port: null, path: [], query: null,
    fragment: null,
  };
}

export function serializePath(url) {
  if (typeof url.path === 'string') return url.path;
  return url.path.map((segment) => `/${segment}`).join('');
}

export function serializeUrl(url) {
  let text = `${url.scheme}:`;
  if (url.host !== null) {
    text += '//';
    if (url.username !== '' || url.password !== '') {
      text += `${url.username}${url.password === '' ? '' : `:${url.password}`}@`;
    }
    text += url.host + (url.port === null ? '' : `:${url.port}`);
  } else if (Array.isArray(url.path) && url.path.length > 1 && url.path[0] === '') {
    // Without it the empty segment would read as the start of a host.
    text += '/.';
  }
  text += serializePath(url);
  if (url.query !== null) text += `?${url.query}`;
  if (url.fragment !== null) text += `#${url.fragment}`;
  return text;
}
