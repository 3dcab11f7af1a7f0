// DER, the encoding of certificates: nested values with a tag and a length each.

// The value that begins at `at`: `{ tag, content, end }`.
export function read(bytes, at) {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let start = at + 2;
  if (length > 0x80) {
    const digits = length & 0x7f;
    length = 0;
    for (let digit = 0; digit < digits; digit += 1) {
      length = length * 256 + bytes[start + digit];
    }
    start += digits;
  }
  const end = start + length;
  // Lengths that lie outside of the bytes are not numbers.
  if (!(end <= bytes.length)) {
    throw new Error(`a value at byte ${at} ends behind its container`);
  }
  return { tag, content: bytes.subarray(start, end), end };
}

// All values, one after the other.
export function readAll(bytes) {
  const values = [];
  for (let at = 0; at < bytes.length; ) {
    const value = read(bytes, at);
    values.push(value);
    at = value.end;
  }
  return values;
}

// A number of any size; the sign is not looked at.
export function integer(bytes) {
  let number = 0n;
  for (const byte of bytes) {
    number = (number << 8n) | BigInt(byte);
  }
  return number;
}

// An object identifier, as 2.5.4.3.
export function oid({ content }) {
  const numbers = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const root = Math.min(Math.floor(numbers[0] / 40), 2);
  return [root, numbers[0] - root * 40, ...numbers.slice(1)].join('.');
}
