/* parity
title: k6/crypto/x509: parse, names, issuer, subject
points: 6
*/
import x509 from 'k6/crypto/x509';
import { attempt, say } from '../_lib/answer.js';

const pem = `-----BEGIN CERTIFICATE-----
MIIDeDCCAmCgAwIBAgIUEYxox08/r2ajvRp8iHeklVbpZ6YwDQYJKoZIhvcNAQEL
BQAwNzEXMBUGA1UEAwwOcGFyaXR5LmV4YW1wbGUxDzANBgNVBAoMBlBhcml0eTEL
MAkGA1UEBhMCREUwIBcNMjYxMTIzMTUyMDM0WhgPMjEyNjEwMzAxNTIwMzRaMDcx
FzAVBgNVBAMMDnBhcml0eS5leGFtcGxlMQ8wDQYDVQQKDAZQYXJpdHkxCzAJBgNV
BAYTAkRFMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq3F/xD6XeNid
31JuboJXuvzvvBDVVlc/fnNZH2f3/UzpLFgUI0iSgH/ZTpdLZGAh4VPQ7c5fvVG+
x2A0ynLHzEQ9L1aL8/+fGrRwc14n9l0oXh8hQLKfr7+6Sm56JvzZuguTy+BYTDM8
qkgtzl4DKamkbugvU40gpaLbbmZIRbD8GoNkghM6oI8cNpGhE7eY8RjLedYW7YOM
xDwIH/Qahjhv2DpBhr1VtBEw8M9yomZbVJBoW6FKR3Vd46j/lhw7O7dXBeNwx/8n
1LLyQ2EbYmZJZmHJ8Xp+U6nKYW31c+Gfkq7nZLh6oY9tsyko7RasqovBZiti6bJ6
j+AhQkBRdQIDAQABo3oweDAdBgNVHQ4EFgQUlnjbkvffkUToLFrr2KHWlbLleKAw
HwYDVR0jBBgwFoAUlnjbkvffkUToLFrr2KHWlbLleKAwDwYDVR0TAQH/BAUwAwEB
/zAlBgNVHREEHjAcgglhLmV4YW1wbGWCCWIuZXhhbXBsZYcEfwAAATANBgkqhkiG
9w0BAQsFAAOCAQEAEdRkGG2h0f8tUgCCQb8LiViwG4k7W3O5DapHAl4blRitn0Bi
mckxDKyGeWDHyx/V0jOHsF79s7LV8QNNcIDqShYRN4d/rNB1+729xne+Tw4QikEz
WMnKZhp0sHLI6uzdhvL07ihTrDHoU9KyQZbjTqYiTUbEXPdcItyOORjMJMiKxDIu
ugnogs8eMg5uizaczeWIqv1neJQLKZJMTvcTiXrodg2QBFN8u/ZRWs61eNHA7D6e
aIgMi0FXOlmzkVdpfwGWYfmjoZWVfaucHdJSt293sCmBkLYW1e7tCD+wsUf9sNhx
uBj511swMgeG0lvLDqLDb+QUV7h0plKCaVjcfw==
-----END CERTIFICATE-----`;

export default function () {
  say('keys', Object.keys(x509).sort());
  const all = x509.parse(pem);
  say('fields', Object.keys(all).sort());
  say('subject', all.subject);
  say('issuer', all.issuer);
  say('dates', [all.notBefore, all.notAfter]);
  say('names', all.altNames);
  say('algorithm', all.signatureAlgorithm);
  say('finger print', all.fingerPrint && all.fingerPrint.length);
  say('key', [all.publicKey.algorithm, all.publicKey.key && all.publicKey.key.e]);
  say('getAltNames', x509.getAltNames(pem));
  say('getSubject', x509.getSubject(pem));
  say('getIssuer', x509.getIssuer(pem));
  attempt('no certificate', () => x509.parse('nonsense'), 'PEM');
}
