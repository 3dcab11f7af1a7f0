/* parity
title: error codes with their tags and metrics: every failure that is easy to have
points: 2, 3, 9
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { blockHostnames: ['*.blocked.test'], blacklistIPs: ['10.0.0.0/8', 'fd00::/8'], hosts: { 'ten.test': '10.1.1.1' } };
const tell = (name, url, params = {}) => {
  const res = http.get(url, Object.assign({ timeout: '3s', tags: { name, error: 'any' } }, params));
  say(name, [res.status, res.error_code, res.remote_ip, res.proto, res.error !== '']);
};

export default function () {
  tell('refused', `${__ENV.REFUSED_URL}/`);
  tell('unknown', 'http://nobody.invalid/');
  tell('blocked', 'http://a.blocked.test/');
  tell('blacklisted', 'http://10.0.0.1/');
  tell('blacklisted by name', 'http://ten.test/');
  tell('blacklisted IPv6', 'http://[fd00::1]/');
  tell('not TLS', `${__ENV.NOT_TLS_URL}/`);
  tell('reset', `${__ENV.BASE_URL}/misbehave/reset`);
  tell('timeout', `${__ENV.BASE_URL}/misbehave/hang`, { timeout: 100 });
  for (const status of [400, 401, 418, 429, 499, 500, 503, 599]) tell(`status ${status}`, `${__ENV.BASE_URL}/status/${status}`);
  for (const reason of [0, 2, 3, 5, 8, 11, 13]) tell(`stream ${reason}`, `${__ENV.TLS_URL}/misbehave/rst/${reason}`);
}
