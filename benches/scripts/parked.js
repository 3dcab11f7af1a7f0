// One GET and one check, then the VU rests until the tool is ended.

import http from 'k6/http';
import { check, sleep } from 'k6';

export default function () {
  const response = http.get(__ENV.TARGET);
  check(response, { 'status is 200': (r) => r.status === 200 });
  sleep(3600);
}
