/* parity
title: SOCKS 5 proxies with credentials
points: 2
env: HTTP_PROXY=socks5://name:password@{PROXY}
env: HTTPS_PROXY=socks5://name:wrong@{PROXY}
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

// Without the tag `error`: k6 puts addresses in it.
export const options = {
  systemTags: ['status', 'method', 'name', 'group', 'scenario', 'error_code', 'expected_response'],
};

const port = (url) => url.split(':')[2];
const tell = (name, url) => {
  const res = http.get(url, { timeout: '2s', tags: { name } });
  say(name, [res.status, res.error_code, res.remote_ip === '127.0.0.1']);
};

export default function () {
  tell('plain', `http://shop.test:${port(__ENV.BASE_URL)}/status/200`);
  tell('again', `http://shop.test:${port(__ENV.BASE_URL)}/status/200`);
  tell('forbidden', 'http://no.test/');
  tell('wrong password', `https://api.squall.test:${port(__ENV.TLS_URL)}/`);
}
