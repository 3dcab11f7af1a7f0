/* parity
title: proxies that cannot be reached, and one that is blocked
points: 2
env: http_proxy={REFUSED_URL}
env: https_proxy=http://127.9.1.1:80
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

// Without the tag `error`: k6 puts addresses in it.
export const options = {
  blacklistIPs: ['127.9.0.0/16'],
  systemTags: ['status', 'method', 'name', 'group', 'scenario', 'error_code', 'expected_response'],
};

export default function () {
  for (const url of ['http://shop.test/', 'https://shop.test/']) {
    const res = http.get(url, { timeout: '2s' });
    say(url, [res.status, res.error_code, res.remote_ip]);
  }
}
