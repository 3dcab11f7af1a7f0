/* parity
title: option dns: every policy and selection finds localhost by IPv4, bad hosts are named
points: 2, 9
args: --dns ttl=0,select=roundRobin,policy=preferIPv6
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const port = __ENV.BASE_URL.split(':')[2];

export const options = { noConnectionReuse: true, hosts: { 'six.test': '[::1]:1', '*.four.test:8080': `127.0.0.1:${port}` } };

const tell = (name, url) => {
  const res = http.get(url, { timeout: '2s', tags: { name } });
  say(name, [res.status, res.error_code, res.remote_ip]);
  return res;
};

export default function () {
  for (let i = 0; i < 3; i++) {
    tell('localhost', `http://localhost:${port}/status/200`);
  }
  tell('port and wildcard', 'http://a.four.test:8080/status/200');
  tell('IPv6', 'http://six.test/');
  tell('nowhere', 'http://nowhere.invalid/');
}
