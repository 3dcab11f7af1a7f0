/* parity
title: options hosts, blockHostnames and blacklistIPs
points: 2, 9
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const port = __ENV.BASE_URL.split(':')[2];

export const options = {
  hosts: { 'shop.example': '127.0.0.1', 'other.example': `127.0.0.1:${port}`, [`third.example:9`]: `127.0.0.1:${port}`, '*.wild.example': '127.0.0.1' },
  blockHostnames: ['blocked.example', '*.ads.example'],
  blacklistIPs: ['127.9.0.0/16', '10.1.2.3/32'],
};

const tell = (name, url) => {
  const res = http.get(url, { timeout: '2s', tags: { name } });
  say(name, [res.status, res.error_code]);
  return res;
};

export default function () {
  const res = tell('host', `http://shop.example:${port}/echo`);
  say('host header', res.json('headers.#(0=="Host").1') === `shop.example:${port}`);
  say('remote', [res.remote_ip, res.remote_port === Number(port)]);
  tell('host with a port', 'http://other.example/status/200');
  tell('host and port', 'http://third.example:9/status/200');
  tell('wildcard', `http://a.wild.example:${port}/status/200`);
  tell('blocked', `http://blocked.example:${port}/`);
  tell('blocked in capitals', `http://BLOCKED.example:${port}/`);
  tell('blocked wildcard', `http://x.ads.example:${port}/`);
  tell('blacklisted', `http://127.9.1.1:${port}/`);
}
