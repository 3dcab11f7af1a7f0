// The same as parked.js with 500 KB of libraries, of each of which the iteration uses something.
// The libraries are written beside this file when it is measured.

import http from 'k6/http';
import { check, sleep } from 'k6';
import { use as useFirst } from './library-1.js';
import { use as useSecond } from './library-2.js';
import { use as useThird } from './library-3.js';
import { use as useFourth } from './library-4.js';
import { use as useFifth } from './library-5.js';

export default function () {
  const uses = [useFirst, useSecond, useThird, useFourth, useFifth];
  const lengths = uses.map((use) => use('Plain text, of no meaning').length);
  const response = http.get(__ENV.TARGET);
  check(response, { 'status is 200': (r) => r.status === 200 && lengths.every((n) => n > 0) });
  sleep(3600);
}
