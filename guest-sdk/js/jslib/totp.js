// Stands for https://jslib.k6.io/totp/1.0.0/index.js.
//
// Time-based one-time passwords, RFC 6238, with HMAC-SHA-1 as all authenticator apps use it.

import { hmac } from 'k6/crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function decodeBase32(secret) {
  if (typeof secret !== 'string' || secret === '') {
    throw new Error('TOTP: the secret must be text in Base32, such as "GEZDGNBVGY3TQOJQ"');
  }
  // Secrets are shown to people in groups, and with padding.
  const text = secret.replace(/[\s-]/g, '').replace(/=+$/, '').toUpperCase();
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const sign of text) {
    const digit = ALPHABET.indexOf(sign);
    if (digit < 0) throw new Error(`TOTP: "${sign}" is no sign of Base32 (A-Z, 2-7)`);
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return new Uint8Array(bytes).buffer;
}

function counterBytes(counter) {
  const bytes = new Uint8Array(8);
  let rest = counter;
  for (let i = 7; i >= 0; i -= 1) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes.buffer;
}

export class TOTP {
  #key;

  constructor(secret, digits = 6) {
    if (!Number.isInteger(digits) || digits < 1 || digits > 10) {
      throw new Error(`TOTP: the number of digits must be a whole number of 1 to 10, is ${digits}`);
    }
    this.#key = decodeBase32(secret);
    this.digits = digits;
  }

  /** The password of now; `bias` is how many seconds the other clock is behind. */
  async gen(timeStep = 30, bias = 0) {
    if (!(timeStep > 0)) throw new Error(`TOTP: the time step must be positive, is ${timeStep}`);
    const now = Math.floor(Date.now() / 1000) - bias;
    const counter = Math.floor(now / timeStep);
    const mac = new Uint8Array(hmac('sha1', this.#key, counterBytes(counter), 'binary'));
    const at = mac[mac.length - 1] & 0x0f;
    const number =
      (mac[at] & 0x7f) * 2 ** 24 + mac[at + 1] * 2 ** 16 + mac[at + 2] * 2 ** 8 + mac[at + 3];
    return String(number % 10 ** this.digits).padStart(this.digits, '0');
  }

  /** Whether the password is that of now; that of the step before is not accepted. */
  async verify(code, timeStep = 30) {
    return String(code) === (await this.gen(timeStep));
  }
}

export default { TOTP };
