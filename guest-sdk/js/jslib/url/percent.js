// Percent-encoding, with the sets of the URL standard: each function says whether a character of
// ASCII is to be encoded. All others always are.

export const inC0 = (c) => c < ' ' || c > '~';
export const inFragment = (c) => inC0(c) || ' "<>`'.includes(c);
export const inQuery = (c) => inC0(c) || ' "#<>'.includes(c);
export const inSpecialQuery = (c) => inQuery(c) || c === "'";
export const inPath = (c) => inQuery(c) || '?`{}'.includes(c);
export const inUserinfo = (c) => inPath(c) || '/:;=@[\\]^|'.includes(c);
const inForm = (c) => !/[A-Za-z0-9*._-]/.test(c);

/** One character (a whole code point), encoded if the set has it. */
export function encodeChar(c, inSet) {
  const code = c.codePointAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return '%EF%BF%BD';
  if (code > 0x7e) return code === 0x7f ? '%7F' : encodeURIComponent(c);
  if (!inSet(c)) return c;
  return `%${(code < 16 ? '0' : '') + code.toString(16).toUpperCase()}`;
}

export function encodeText(text, inSet) {
  let out = '';
  for (const c of text) out += encodeChar(c, inSet);
  return out;
}

export function encodeForm(text) {
  let out = '';
  for (const c of text) out += c === ' ' ? '+' : encodeChar(c, inForm);
  return out;
}

/** How many bytes follow a first byte, and the smallest second one; null for no first byte. */
function sequenceOf(byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return { more: 1, low: 0x80, high: 0xbf };
  if (byte >= 0xe0 && byte <= 0xef) {
    return { more: 2, low: byte === 0xe0 ? 0xa0 : 0x80, high: byte === 0xed ? 0x9f : 0xbf };
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    return { more: 3, low: byte === 0xf0 ? 0x90 : 0x80, high: byte === 0xf4 ? 0x8f : 0xbf };
  }
  return null;
}

/** Text of UTF-8; what is none becomes U+FFFD, as with a TextDecoder. */
function decodeUtf8(bytes) {
  let out = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i];
    i += 1;
    const sequence = first < 0x80 ? { more: 0 } : sequenceOf(first);
    let code = sequence && sequence.more > 0 ? first & (0x3f >> sequence.more) : first;
    if (sequence === null) code = 0xfffd;
    for (let k = 0; sequence && k < sequence.more; k += 1) {
      const low = k === 0 ? sequence.low : 0x80;
      const high = k === 0 ? sequence.high : 0xbf;
      if (i >= bytes.length || bytes[i] < low || bytes[i] > high) {
        code = 0xfffd;
        break;
      }
      code = (code << 6) | (bytes[i] & 0x3f);
      i += 1;
    }
    out += String.fromCodePoint(code);
  }
  return out;
}

export function decodePercent(text) {
  if (!text.includes('%')) return text;
  // Only runs of escapes are bytes; a run is decoded as a whole.
  return text.replace(/(%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = [];
    for (let i = 1; i < run.length; i += 3) bytes.push(parseInt(run.slice(i, i + 2), 16));
    return decodeUtf8(bytes);
  });
}
