// Accessors of elements that lead elsewhere.

import {
  NO_URL,
  decodedFragment,
  decodedPath,
  hostAndPort,
  parseUrl,
  resolveUrl,
  shortHost,
  urlText,
} from 'squall:html/url';

// The URL in an attribute, resolved if it is known where the page is from. What is no URL then is
// like no attribute.
export function resolvedAttribute(at, attribute, otherwise) {
  const value = at.document.attribute(at.node, attribute);
  if (value === undefined) return otherwise;
  if (at.url === '') return value;
  const base = parseUrl(at.url);
  const link = parseUrl(value);
  return base === undefined || link === undefined ? otherwise : urlText(resolveUrl(base, link));
}

function linkOf(at) {
  const value = at.document.attribute(at.node, 'href');
  const link = value === undefined ? undefined : parseUrl(value);
  const base = parseUrl(at.url);
  return link === undefined || base === undefined ? NO_URL : resolveUrl(base, link);
}

// As in k6, with an empty word for every space too many.
export function words(at, attribute) {
  const value = at.document.attribute(at.node, attribute) ?? '';
  return value === '' ? [] : value.split(' ');
}

// The elements that a selector finds in the whole document.
export function everywhere(element, selector) {
  return element.ownerDocument().querySelectorAll(selector);
}

const anchor = {
  hash(at) {
    const fragment = decodedFragment(linkOf(at));
    return fragment === '' ? '' : `#${fragment}`;
  },
  host: (at) => shortHost(linkOf(at)),
  hostname(at) {
    const { host } = linkOf(at);
    return hostAndPort(host)?.host ?? host;
  },
  origin(at) {
    const link = linkOf(at);
    if (link.scheme === '') return '';
    if (link.scheme === 'file') return resolvedAttribute(at, 'href', '');
    return `${link.scheme}://${link.host}`;
  },
  password: (at) => linkOf(at).user?.password ?? '',
  pathname: (at) => decodedPath(linkOf(at)),
  port: (at) => hostAndPort(linkOf(at).host)?.port ?? '',
  protocol: (at) => linkOf(at).scheme || ':',
  relList: (at) => words(at, 'rel'),
  search(at) {
    const { query } = linkOf(at);
    return query === '' ? '' : `?${query}`;
  },
  text: (at, element) => element.textContent(),
  toString: (at) => resolvedAttribute(at, 'href', ''),
  username: (at) => linkOf(at).user?.name ?? '',
};

const media = {
  textTracks: (at, element) => element.querySelectorAll('track'),
};

export const linkAccessors = {
  a: anchor,
  area: anchor,
  audio: media,
  video: media,
  base: { href: (at) => resolvedAttribute(at, 'href', at.url) },
  link: { relList: (at) => words(at, 'rel') },
  map: {
    areas: (at, element) => element.querySelectorAll('area'),
    images(at, element) {
      const name = element.getAttribute('id') ?? element.getAttribute('name');
      if (name === undefined) return [];
      const selector = `[usemap="#${name}"]`;
      return everywhere(element, `img${selector},object${selector}`);
    },
  },
  script: { text: (at, element) => element.textContent() },
  style: { type: (at, element) => element.getAttribute('type') || 'text/css' },
  title: { text: (at, element) => element.textContent() },
};
