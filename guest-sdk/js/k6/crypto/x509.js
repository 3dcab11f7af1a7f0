// `k6/crypto/x509`: what a certificate says, read from PEM. Nothing is verified.

import { hash } from 'native:crypto';
import { decode } from 'native:encoding';
import { decodeUtf8 } from 'native:text';
import { read, readAll, integer, oid } from 'squall:der';

const BLOCK = /-----BEGIN [^-\n]+-----\r?\n([A-Za-z0-9+/=\s]+?)-----END [^-\n]+-----/;

function bytesOfPem(encoded) {
  let text = encoded;
  if (encoded === undefined || encoded === null) {
    text = '';
  } else if (ArrayBuffer.isView(encoded) || encoded instanceof ArrayBuffer) {
    text = decodeUtf8(encoded, false);
  } else if (typeof encoded !== 'string') {
    throw new TypeError(`a certificate in PEM is a string, not a ${typeof encoded}`);
  }
  const block = BLOCK.exec(text);
  if (block === null) {
    throw new Error('failed to decode certificate PEM file: it has no BEGIN CERTIFICATE');
  }
  try {
    return new Uint8Array(decode(block[1].replaceAll(/[ \t]/g, ''), 'std', undefined));
  } catch (error) {
    throw new Error(`failed to decode certificate PEM file: ${error.message}`);
  }
}

const PRINTABLE = [12, 19, 20, 22, 18];
const BMP_STRING = 30;

function textOf(node) {
  if (PRINTABLE.includes(node.tag)) {
    return decodeUtf8(node.content, false);
  }
  if (node.tag !== BMP_STRING) {
    return '';
  }
  let text = '';
  for (let at = 0; at + 1 < node.content.length; at += 2) {
    text += String.fromCharCode((node.content[at] << 8) | node.content[at + 1]);
  }
  return text;
}

// `[{ type, value }]` of a distinguished name, in its order.
function namesOf(name) {
  const names = [];
  for (const set of readAll(name.content)) {
    for (const attribute of readAll(set.content)) {
      const [type, value] = readAll(attribute.content);
      names.push({ type: oid(type), value: textOf(value) });
    }
  }
  return names;
}

const OF_SUBJECT = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  postalCode: '2.5.4.17',
  stateOrProvinceName: '2.5.4.8',
  localityName: '2.5.4.7',
  streetAddress: '2.5.4.9',
  organizationName: '2.5.4.10',
};
const ORGANIZATIONAL_UNIT = '2.5.4.11';
const NOT_OF_ISSUER = ['postalCode', 'streetAddress'];

function subjectOf(name) {
  const names = namesOf(name);
  const subject = {};
  for (const [key, type] of Object.entries(OF_SUBJECT)) {
    // Only the last common name counts, but the first of all others, as in k6.
    const values = names.filter((entry) => entry.type === type).map((entry) => entry.value);
    subject[key] = (key === 'commonName' ? values.at(-1) : values[0]) ?? '';
  }
  subject.organizationalUnitName = names
    .filter((entry) => entry.type === ORGANIZATIONAL_UNIT)
    .map((entry) => entry.value);
  subject.names = names;
  return subject;
}

function issuerOf(name) {
  const { organizationalUnitName, ...issuer } = subjectOf(name);
  for (const key of NOT_OF_ISSUER) {
    delete issuer[key];
  }
  return issuer;
}

const UTC_TIME = 23;

// As in ISO 8601, to the second.
function timeOf(node) {
  const digits = decodeUtf8(node.content, false);
  let full = digits;
  if (node.tag === UTC_TIME) {
    full = (Number(digits.slice(0, 2)) >= 50 ? '19' : '20') + digits;
  }
  const part = (from, to) => full.slice(from, to);
  const date = `${part(0, 4)}-${part(4, 6)}-${part(6, 8)}`;
  return `${date}T${part(8, 10)}:${part(10, 12)}:${part(12, 14)}Z`;
}

const SIGNATURES = {
  '1.2.840.113549.1.1.2': 'MD2-RSA',
  '1.2.840.113549.1.1.4': 'MD5-RSA',
  '1.2.840.113549.1.1.5': 'SHA1-RSA',
  '1.2.840.113549.1.1.11': 'SHA256-RSA',
  '1.2.840.113549.1.1.12': 'SHA384-RSA',
  '1.2.840.113549.1.1.13': 'SHA512-RSA',
  '1.2.840.10040.4.3': 'DSA-SHA1',
  '2.16.840.1.101.3.4.3.2': 'DSA-SHA256',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA-SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA-SHA512',
};

const CURVES = {
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
};

function publicKeyOf(info) {
  const [algorithm, bits] = readAll(info.content);
  const [type, parameters] = readAll(algorithm.content);
  // The first byte counts bits that are not used.
  const key = bits.content.subarray(1);
  switch (oid(type)) {
    case '1.2.840.113549.1.1.1': {
      const [n, e] = readAll(read(key, 0).content);
      return { algorithm: 'RSA', key: { n: integer(n.content), e: Number(integer(e.content)) } };
    }
    case '1.2.840.10045.2.1': {
      const size = (key.length - 1) / 2;
      const x = integer(key.subarray(1, 1 + size));
      const y = integer(key.subarray(1 + size));
      return { algorithm: 'ECDSA', key: { curve: { name: CURVES[oid(parameters)] }, x, y } };
    }
    default:
      throw new Error('unsupported public key algorithm; there are RSA and ECDSA');
  }
}

// 0:0:1 and so on; the longest run of zeros is left out.
function ipv6(bytes) {
  const groups = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push(((bytes[at] << 8) | bytes[at + 1]).toString(16));
  }
  const text = groups.join(':');
  const runs = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') {
    return text;
  }
  const at = text.search(new RegExp(`(^|:)${longest}(:|$)`));
  const from = text.startsWith(longest) && at === 0 ? 0 : at + 1;
  const before = text.slice(0, from).replace(/:$/, '');
  const after = text.slice(from + longest.length).replace(/^:/, '');
  return `${before}::${after}`;
}

const EXTENSIONS = 0xa3;
const SUBJECT_ALT_NAME = '2.5.29.17';
const [EMAIL, DNS, URI, IP] = [0x81, 0x82, 0x86, 0x87];

function altNamesOf(parts) {
  const holder = parts.find((part) => part.tag === EXTENSIONS);
  const extensions = holder === undefined ? [] : readAll(read(holder.content, 0).content);
  const names = { [DNS]: [], [EMAIL]: [], [IP]: [], [URI]: [] };
  for (const extension of extensions) {
    const fields = readAll(extension.content);
    if (oid(fields[0]) === SUBJECT_ALT_NAME) {
      for (const { tag, content } of readAll(read(fields.at(-1).content, 0).content)) {
        if (tag === IP) {
          names[IP].push(content.length === 16 ? ipv6(content) : content.join('.'));
        } else {
          names[tag]?.push(decodeUtf8(content, false));
        }
      }
    }
  }
  return [...names[DNS], ...names[EMAIL], ...names[IP], ...names[URI]];
}

const VERSION = 0xa0;

// The fields of the certificate: `parts` from its serial number on.
function open(encoded) {
  const bytes = bytesOfPem(encoded);
  try {
    const [certificate, algorithm] = readAll(read(bytes, 0).content);
    const parts = readAll(certificate.content);
    if (parts[0].tag === VERSION) {
      parts.shift();
    }
    const [, , issuer, validity, subject, key] = parts;
    return { bytes, parts, algorithm, issuer, validity, subject, key };
  } catch (error) {
    throw new Error(`failed to parse certificate: x509: malformed certificate: ${error.message}`);
  }
}

export function parse(encoded) {
  const { bytes, parts, algorithm, issuer, validity, subject, key } = open(encoded);
  const [notBefore, notAfter] = readAll(validity.content);
  return {
    subject: subjectOf(subject),
    issuer: issuerOf(issuer),
    notBefore: timeOf(notBefore),
    notAfter: timeOf(notAfter),
    altNames: altNamesOf(parts),
    signatureAlgorithm:
      SIGNATURES[oid(readAll(algorithm.content)[0])] ?? 'UnknownSignatureAlgorithm',
    fingerPrint: Array.from(new Uint8Array(hash('sha1', bytes, 'binary'))),
    publicKey: publicKeyOf(key),
  };
}

export function getAltNames(encoded) {
  return altNamesOf(open(encoded).parts);
}

export function getIssuer(encoded) {
  return issuerOf(open(encoded).issuer);
}

export function getSubject(encoded) {
  return subjectOf(open(encoded).subject);
}

export default { getAltNames, getIssuer, getSubject, parse };
