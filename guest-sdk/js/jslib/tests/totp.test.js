// Tests of totp.js, with the values of RFC 6238: k6 run totp.test.js
import { check } from 'k6';
import { TOTP } from '../totp.js';
import { ONCE, guarded } from './support.js';

export const options = ONCE;

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VALUES = {
  59: '94287082', 1111111109: '07081804', 1111111111: '14050471', 1234567890: '89005924',
  2000000000: '69279037', 20000000000: '65353130',
};

export default guarded(async () => {
  const eight = new TOTP(SECRET, 8);
  for (const time of Object.keys(VALUES)) {
    // A second may end between the two looks at the clock.
    let code = '';
    for (let attempt = 0; attempt < 3 && code !== VALUES[time]; attempt += 1) {
      code = await eight.gen(30, Math.floor(Date.now() / 1000) - Number(time));
    }
    check(code, { [`RFC 6238 at ${time}`]: (c) => c === VALUES[time] });
  }
  const six = new TOTP(SECRET);
  let valid = false;
  for (let attempt = 0; attempt < 3 && !valid; attempt += 1) {
    valid = await six.verify(await six.gen());
  }
  const code = await six.gen();
  const wrong = await six.verify(code === '000000' ? '000001' : '000000');
  const shown = await new TOTP('gezd gnbv-GY3TQOJQ GEZDGNBVGY3TQOJQ==').gen(1e9);
  check(null, {
    'six digits': /^\d{6}$/.test(code),
    'its own code is valid': valid === true,
    'another code is not': wrong === false,
    'spaces, small letters, padding': shown === (await six.gen(1e9)),
  });
  const message = (fn) => {
    try { fn(); } catch (e) { return e.message; }
    return '';
  };
  check(null, {
    'no Base32': message(() => new TOTP('ABC1')).includes('"1" is no sign of Base32'),
    'no secret': message(() => new TOTP()).includes('must be text in Base32'),
    'no digits': message(() => new TOTP(SECRET, 0)).includes('number of digits'),
  });
});
