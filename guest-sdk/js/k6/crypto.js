// `k6/crypto`: hashes, HMAC, random bytes.

import * as native from 'native:crypto';
import { differsByVu } from 'native:script';

const { hash } = native;

export function md4(input, outputEncoding) {
  return hash('md4', input, outputEncoding);
}

export function md5(input, outputEncoding) {
  return hash('md5', input, outputEncoding);
}

export function sha1(input, outputEncoding) {
  return hash('sha1', input, outputEncoding);
}

export function sha256(input, outputEncoding) {
  return hash('sha256', input, outputEncoding);
}

export function sha384(input, outputEncoding) {
  return hash('sha384', input, outputEncoding);
}

export function sha512(input, outputEncoding) {
  return hash('sha512', input, outputEncoding);
}

export function sha512_224(input, outputEncoding) {
  return hash('sha512_224', input, outputEncoding);
}

export function sha512_256(input, outputEncoding) {
  return hash('sha512_256', input, outputEncoding);
}

export function ripemd160(input, outputEncoding) {
  return hash('ripemd160', input, outputEncoding);
}

// An object with `update(input)` and `digest(outputEncoding)`; it may go on after a digest.
export function createHash(algorithm) {
  return native.createHash(algorithm);
}

export function createHMAC(algorithm, secret) {
  return native.createHmac(algorithm, secret);
}

export function hmac(algorithm, secret, data, outputEncoding) {
  return native.hmac(algorithm, secret, data, outputEncoding);
}

export function hexEncode(data) {
  return native.hexEncode(data);
}

// More would fill the memory of the VU.
const RANDOM_BYTES_MAX = 64 << 20;

export function randomBytes(size) {
  const bytes = Math.trunc(Number(size));
  if (!(bytes >= 1 && bytes <= RANDOM_BYTES_MAX)) {
    throw new Error(`invalid size: ${String(size)}; use a number of bytes from 1 to 67108864`);
  }
  differsByVu('it calls randomBytes()');
  return native.randomBytes(bytes);
}

export default {
  createHash,
  createHMAC,
  hexEncode,
  hmac,
  md4,
  md5,
  randomBytes,
  ripemd160,
  sha1,
  sha256,
  sha384,
  sha512,
  sha512_224,
  sha512_256,
};
