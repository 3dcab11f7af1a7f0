// The global `crypto` (WebCrypto). Natives check and compute; here, what they return or throw
// becomes a promise.

import * as native from 'native:webcrypto';
import { differsByVu } from 'native:script';

class SubtleCrypto {
  async decrypt(algorithm, key, data) {
    return native.decrypt(algorithm, key, data);
  }

  async deriveBits(algorithm, baseKey, length) {
    return native.deriveBits(algorithm, baseKey, length);
  }

  async deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages) {
    return native.deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages);
  }

  async digest(algorithm, data) {
    return native.digest(algorithm, data);
  }

  async encrypt(algorithm, key, data) {
    return native.encrypt(algorithm, key, data);
  }

  async exportKey(format, key) {
    return native.exportKey(format, key);
  }

  async generateKey(algorithm, extractable, keyUsages) {
    differsByVu('it calls crypto.subtle.generateKey()');
    return native.generateKey(algorithm, extractable, keyUsages);
  }

  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    return native.importKey(format, keyData, algorithm, extractable, keyUsages);
  }

  async sign(algorithm, key, data) {
    return native.sign(algorithm, key, data);
  }

  async verify(algorithm, key, signature, data) {
    return native.verify(algorithm, key, signature, data);
  }

  async wrapKey() {
    return native.refuse('NotSupportedError', 'wrapKey() is not supported; use exportKey()');
  }

  async unwrapKey() {
    return native.refuse('NotSupportedError', 'unwrapKey() is not supported; use importKey()');
  }
}

const QUOTA_BYTES = 65536;

class Crypto {
  subtle = new SubtleCrypto();

  getRandomValues(typedArray) {
    if (!native.isIntegers(typedArray) && !(typedArray instanceof Uint8ClampedArray)) {
      native.refuse(
        'TypeMismatchError',
        "typedArray parameter isn't a TypedArray of integers, such as Uint8Array",
      );
    }
    if (typedArray.byteLength > QUOTA_BYTES) {
      native.refuse(
        'QuotaExceededError',
        `typedArray parameter is too big; maximum length is ${QUOTA_BYTES} bytes`,
      );
    }
    differsByVu('it calls crypto.getRandomValues()');
    native.fillRandom(typedArray);
    return typedArray;
  }

  randomUUID() {
    differsByVu('it calls crypto.randomUUID()');
    return native.randomUUID();
  }
}

Object.defineProperty(globalThis, 'crypto', {
  value: new Crypto(),
  writable: true,
  configurable: true,
  enumerable: false,
});
