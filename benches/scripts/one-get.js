// One GET and one check an iteration. Bodies are kept, as they are by default.

import http from 'k6/http';
import { check } from 'k6';

export default function () {
  const response = http.get(__ENV.TARGET);
  check(response, { 'status is 200': (r) => r.status === 200 });
}
