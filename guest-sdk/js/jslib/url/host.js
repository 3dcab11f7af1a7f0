// Host names and addresses: text to its normal form, or null where it is no host.

import { decodePercent, encodeText, inC0 } from './percent.js';

// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0\t\n\r #/:<>?@[\\\]^|]/;
// eslint-disable-next-line no-control-regex
const FORBIDDEN_IN_DOMAIN = /[\0-\x20#/:<>?@[\\\]^|%\x7f]/;

/** A part of an IPv4 address: decimal, octal or hexadecimal; NaN where it is no number. */
function ipv4Number(text) {
  if (text === '') return NaN;
  if (/^0x/i.test(text)) {
    const digits = text.slice(2);
    if (digits === '') return 0;
    return /^[0-9a-f]+$/i.test(digits) ? parseInt(digits, 16) : NaN;
  }
  if (text.length > 1 && text[0] === '0') {
    return /^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN;
  }
  return /^[0-9]+$/.test(text) ? Number(text) : NaN;
}

function endsInNumber(host) {
  const parts = host.split('.');
  if (parts[parts.length - 1] === '') {
    if (parts.length === 1) return false;
    parts.pop();
  }
  const last = parts[parts.length - 1];
  return /^[0-9]+$/.test(last) || !Number.isNaN(ipv4Number(last));
}

function parseIpv4(host) {
  const parts = host.split('.');
  if (parts[parts.length - 1] === '' && parts.length > 1) parts.pop();
  if (parts.length > 4) return null;
  const numbers = parts.map(ipv4Number);
  if (numbers.some(Number.isNaN)) return null;
  const last = numbers.pop();
  if (numbers.some((n) => n > 255) || last >= 256 ** (4 - numbers.length)) return null;
  const address = numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), last);
  return [3, 2, 1, 0].map((i) => Math.floor(address / 256 ** i) % 256).join('.');
}

/** The two last pieces of an IPv6 address that are written as an IPv4 address. */
function embeddedIpv4(text) {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const numbers = match.slice(1).map(Number);
  if (match.slice(1).some((part, i) => part !== String(numbers[i]) || numbers[i] > 255)) {
    return null;
  }
  return [numbers[0] * 256 + numbers[1], numbers[2] * 256 + numbers[3]];
}

/** The 16-bit pieces of one side of the `::`. */
function ipv6Pieces(text, mayEmbed) {
  if (text === '') return [];
  const pieces = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i += 1) {
    if (mayEmbed && i === parts.length - 1 && parts[i].includes('.')) {
      const pair = embeddedIpv4(parts[i]);
      if (pair === null) return null;
      pieces.push(...pair);
    } else if (/^[0-9a-f]{1,4}$/i.test(parts[i])) {
      pieces.push(parseInt(parts[i], 16));
    } else {
      return null;
    }
  }
  return pieces;
}

function parseIpv6(text) {
  const sides = text.split('::');
  if (sides.length > 2) return null;
  const left = ipv6Pieces(sides[0], sides.length === 1);
  if (left === null) return null;
  if (sides.length === 1) return left.length === 8 ? left : null;
  const right = ipv6Pieces(sides[1], true);
  if (right === null || left.length + right.length > 7) return null;
  return [...left, ...new Array(8 - left.length - right.length).fill(0), ...right];
}

function serializeIpv6(pieces) {
  // The first of the longest runs of two or more zeros is written as `::`.
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i += 1) {
    let length = 0;
    while (pieces[i + length] === 0) length += 1;
    if (length > best.length) best = { start: i, length };
  }
  const hex = pieces.map((piece) => piece.toString(16));
  if (best.start < 0) return hex.join(':');
  const after = hex.slice(best.start + best.length);
  return `${hex.slice(0, best.start).join(':')}::${after.join(':')}`;
}

/** The normal form of a host; null where it is invalid. Non-ASCII names throw. */
export function parseHost(input, special) {
  if (input.startsWith('[')) {
    const pieces = input.endsWith(']') ? parseIpv6(input.slice(1, -1)) : null;
    return pieces === null ? null : `[${serializeIpv6(pieces)}]`;
  }
  if (!special) return FORBIDDEN.test(input) ? null : encodeText(input, inC0);
  const name = decodePercent(input);
  // eslint-disable-next-line no-control-regex
  if (/[^\0-\x7f]/.test(name)) {
    throw new TypeError(
      `Invalid URL: the host "${name}" is not ASCII; write it in its xn-- form (Punycode)`,
    );
  }
  const domain = name.toLowerCase();
  if (domain === '' || FORBIDDEN_IN_DOMAIN.test(domain)) return null;
  return endsInNumber(domain) ? parseIpv4(domain) : domain;
}
