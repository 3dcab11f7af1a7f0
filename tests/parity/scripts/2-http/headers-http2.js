/* parity
title: headers by HTTP/2: names in lower case, those of a connection, Host, cookies, the length, several agents
points: 2, 9
args: --insecure-skip-tls-verify --user-agent agent-of-the-run
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const sent = (name, params, method = 'GET', body = null) => {
  const res = http.request(method, `${__ENV.TLS_URL}/echo`, body, params);
  const all = res.status === 200 ? res.json('headers').filter(([key, value]) => !(/^(host|:authority)$/.test(key) && value.startsWith('127'))).map((pair) => pair.join(': ')).sort() : res.error_code;
  say(name, all);
};

export default function () {
  sent('none', {});
  sent('own', { headers: { 'X-One': '1', 'x-TWO': '2' } });
  sent('host', { headers: { Host: 'shop.example' } });
  sent('agent', { headers: { 'User-Agent': 'mine' } });
  sent('no agent', { headers: { 'User-Agent': '' } });
  sent('connection', { headers: { Connection: 'close' } });
  sent('cookies', { cookies: { a: '1' } });
  sent('post', {}, 'POST', 'body');
  sent('wrong length', { headers: { 'Content-Length': '99' } }, 'POST', 'body');
  sent('form', {}, 'POST', { a: 'b' });
}
