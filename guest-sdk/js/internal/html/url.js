// URLs of links, read and resolved the way that k6 does: host and path stay as they were written
// where they may, and what is no URL is nothing.

const DEFAULT_PORTS = { http: '80', https: '443', ftp: '21' };

const UNRESERVED = 'A-Za-z0-9\\-_.~';
const KEPT_IN_PATH = new RegExp(`[^${UNRESERVED}$&+,/:;=@]`, 'gu');
const KEPT_IN_FRAGMENT = new RegExp(`[^${UNRESERVED}$&+,/:;=?@!()*]`, 'gu');
const KEPT_IN_USER = new RegExp(`[^${UNRESERVED}$&+,;=]`, 'gu');
// What may stay in a path or fragment that has escapes of its own.
const VALID_IN_PATH = new RegExp(`^[${UNRESERVED}!$&'()*+,;=:@/[\\]%]*$`);
const VALID_IN_FRAGMENT = new RegExp(`^[${UNRESERVED}!$&'()*+,;=:@/?[\\]%]*$`);
const VALID_USER = new RegExp(`^[${UNRESERVED}!$&'()*+,;=:%@]*$`);
const VALID_HOST = new RegExp(`^(?:[${UNRESERVED}!$&'()*+,;=:[\\]<>"]|[^\\0-\\x7f])*$`);
const VALID_PORT = /^(?::\d*)?$/;

export const NO_URL = {
  scheme: '',
  opaque: '',
  user: null,
  host: '',
  path: '',
  hidesHost: false,
  hasQuery: false,
  query: '',
  fragment: '',
};

function unescaped(text) {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function escaped(text, forbidden) {
  const escape = (letter) => {
    const encoded = encodeURIComponent(letter);
    if (encoded !== letter) return encoded;
    return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  };
  return text.replace(forbidden, escape);
}

// As it is written where that is valid, and else escaped anew.
function normal(text, valid, forbidden) {
  return valid.test(text) ? text : escaped(unescaped(text), forbidden);
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parseAuthority(url, authority) {
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (at >= 0) {
    const user = authority.slice(0, at);
    const [name, password] = cut(user, ':');
    url.user = { name: unescaped(name), password: unescaped(password ?? '') };
    url.user.hasPassword = password !== undefined;
    const isDecoded = url.user.name !== undefined && url.user.password !== undefined;
    if (!VALID_USER.test(user) || !isDecoded) return false;
  }
  const end = host.startsWith('[') ? host.lastIndexOf(']') : 0;
  if (end < 0) return false;
  const colon = host.indexOf(':', end);
  const port = end > 0 ? host.slice(end + 1) : colon < 0 ? '' : host.slice(host.lastIndexOf(':'));
  url.host = host;
  return VALID_HOST.test(host) && VALID_PORT.test(port);
}

// The parts of a URL; undefined when it is none.
export function parseUrl(text) {
  if (/[\0-\x1f\x7f]/.test(text)) return undefined;
  const url = { ...NO_URL };
  const [beforeFragment, fragment = ''] = cut(text, '#');
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*(?=:)/.exec(beforeFragment);
  let rest = beforeFragment;
  if (scheme !== null) {
    url.scheme = scheme[0].toLowerCase();
    rest = rest.slice(scheme[0].length + 1);
  } else if (rest.startsWith(':')) {
    return undefined;
  }
  const [beforeQuery, query] = cut(rest, '?');
  rest = beforeQuery;
  url.query = query ?? '';
  url.hasQuery = query !== undefined;
  url.fragment = fragment;
  if (unescaped(fragment) === undefined) return undefined;
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') {
      url.opaque = rest;
      return url;
    }
    if (cut(rest, '/')[0].includes(':')) return undefined;
  }
  if (rest.startsWith('//') && (url.scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash < 0 ? '' : rest.slice(slash);
    if (!parseAuthority(url, authority)) return undefined;
  } else if (url.scheme !== '' && rest.startsWith('/')) {
    url.hidesHost = true;
  }
  url.path = rest;
  return unescaped(rest) === undefined ? undefined : url;
}

function resolvedPath(base, path) {
  let full = path;
  if (path === '') full = base;
  else if (!path.startsWith('/')) full = base.slice(0, base.lastIndexOf('/') + 1) + path;
  if (full === '') return '';
  const kept = [];
  const parts = full.split('/');
  for (const [at, part] of parts.entries()) {
    const isDots = part === '.' || part === '..';
    if (part === '..') kept.pop();
    else if (part !== '.' && (at > 0 || part !== '')) kept.push(part);
    if (isDots && at === parts.length - 1) kept.push('');
  }
  return `/${kept.join('/').replace(/^\//, '')}`;
}

const pathOf = (url) => normal(url.path, VALID_IN_PATH, KEPT_IN_PATH);

// The URL that a link means on the page at `base`.
export function resolveUrl(base, link) {
  const url = { ...link };
  if (link.scheme === '') url.scheme = base.scheme;
  if (link.scheme !== '' || link.host !== '' || link.user !== null) {
    url.path = resolvedPath(pathOf(link), '');
    return url;
  }
  if (link.path === '' && !link.hasQuery) {
    url.query = base.query;
    if (link.fragment === '') url.fragment = base.fragment;
  }
  if (link.path === '' && base.opaque !== '') {
    return { ...url, opaque: base.opaque, user: null, host: '', path: '' };
  }
  url.host = base.host;
  url.user = base.user;
  url.path = resolvedPath(pathOf(base), pathOf(link));
  return url;
}

export function urlText(url) {
  let text = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') {
    text += url.opaque;
  } else {
    const hasHost = url.host !== '' || url.user !== null;
    const needsSlashes = url.scheme !== '' && url.path !== '' && !url.hidesHost;
    if (hasHost || needsSlashes) text += '//';
    if (url.user !== null) {
      text += escaped(url.user.name, KEPT_IN_USER);
      if (url.user.hasPassword) text += `:${escaped(url.user.password, KEPT_IN_USER)}`;
      text += '@';
    }
    text += escaped(url.host, /[^\0-\x7f]/gu);
    text += pathOf(url);
  }
  if (url.query !== '' || (url.hasQuery && url.query === '')) text += `?${url.query}`;
  if (url.fragment !== '') {
    text += `#${normal(url.fragment, VALID_IN_FRAGMENT, KEPT_IN_FRAGMENT)}`;
  }
  return text;
}

export function decodedPath(url) {
  return unescaped(url.path) ?? '';
}

export function decodedFragment(url) {
  return unescaped(url.fragment) ?? '';
}

// Host and port; undefined where there is no colon between them.
export function hostAndPort(host) {
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(host);
  return parts === null ? undefined : { host: parts[1] ?? parts[2], port: parts[3] };
}

// The host, with its port unless that is the usual one.
export function shortHost(url) {
  const parts = hostAndPort(url.host);
  const isUsual = parts !== undefined && parts.port === DEFAULT_PORTS[url.scheme];
  return isUsual ? parts.host : url.host;
}
