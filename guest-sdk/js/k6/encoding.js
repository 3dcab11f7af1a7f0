// `k6/encoding`: Base64.

import { decode, encode } from 'native:encoding';

// `encoding`: 'std', 'rawstd', 'url' or 'rawurl'. Anything else means 'std'.
export function b64encode(input, encoding) {
  return encode(input, encoding);
}

// An ArrayBuffer, or a string when `format` is 's'.
export function b64decode(input, encoding, format) {
  return decode(input, encoding, format);
}

export default { b64encode, b64decode };
