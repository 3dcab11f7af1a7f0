/* parity
title: --local-ips: VUs take addresses, ranges and networks in turn
points: 2, 9
args: --local-ips 127.0.0.9/30,127.0.0.77,127.0.1.4-127.0.1.5
console: sorted
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

// Without the tag `error`: k6 puts addresses in it.
export const options = {
  systemTags: ['status', 'method', 'name', 'group', 'scenario', 'error_code', 'expected_response'],
  scenarios: { each: { executor: 'per-vu-iterations', vus: 7, iterations: 1 } },
};

const peer = () => http.get(`${__ENV.ANSWERS_URL}/peer`).body;

export function setup() {
  say('setup', peer());
}

export default function () {
  say(`VU ${__VU}`, [peer(), peer()]);
  const res = http.get('http://[::1]:1/');
  say('other family', [res.status, res.error_code]);
}
