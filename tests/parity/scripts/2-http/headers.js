/* parity
title: request headers: order, case, Host, several types of value; user agent
points: 2
args: --user-agent parity/1
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/echo`;
const sent = (params, method = 'GET', body = null) => {
  const { headers } = http.request(method, url, body, params).json();
  return headers
    .filter(([name, value]) => !(/^host$/i.test(name) && value.startsWith('127.0.0.1')))
    .map(([name, value]) => `${name}: ${value}`)
    .sort();
};

export default function () {
  say('none', sent({}));
  say('no params', sent(undefined));
  say('null params', sent(null));
  say('own', sent({ headers: { 'X-One': '1', 'x-two': 'zwei', 'X-THREE-four': '3' } }));
  say('values', sent({ headers: { 'X-Number': 12, 'X-Bool': true, 'X-Float': 1.5, 'X-Empty': '' } }));
  say('host', sent({ headers: { Host: 'shop.example' } }));
  say('host in lower case', sent({ headers: { host: 'shop.example:81' } }));
  say('agent', sent({ headers: { 'User-Agent': 'mine' } }));
  say('agent in lower case', sent({ headers: { 'user-agent': 'mine' } }));
  say('accept encoding', sent({ headers: { 'Accept-Encoding': 'gzip' } }));
  say('connection', sent({ headers: { Connection: 'keep-alive' } }));
  say('spaces', sent({ headers: { 'X-Spaces': '  inner  kept  ' } }));
  say('same twice', sent({ headers: { 'X-Dup': 'a', 'x-dup': 'b' } }).length);
  const echoed = http.post(url, 'x', { headers: { 'x-two': 'zwei' } }).request.headers;
  say('request echo', Object.keys(echoed).sort().map((name) => [name, echoed[name]]));
  say('basic auth in the url', http.get(url.replace('http://', 'http://user:pass@')).json('headers.#(0=="Authorization").1'));
}
