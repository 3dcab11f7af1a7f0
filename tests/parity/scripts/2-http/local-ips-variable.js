/* parity
title: K6_LOCAL_IPS: an address that is not ours
points: 2, 9
env: K6_LOCAL_IPS=203.0.113.7
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

// Without the tag `error`: k6 puts addresses in it.
export const options = {
  systemTags: ['status', 'method', 'name', 'group', 'scenario', 'error_code', 'expected_response'],
};

export default function () {
  const res = http.get(`${__ENV.BASE_URL}/status/200`);
  say('bound', [res.status, res.error_code]);
}
