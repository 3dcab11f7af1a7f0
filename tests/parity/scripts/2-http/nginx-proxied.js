/* parity
title: servers that misbehave behind nginx as a reverse proxy: what it makes of them
points: 2
needs: nginx
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  for (const path of ['api/json', 'api/status/503', 'api/misbehave/close', 'api/misbehave/reset', 'api/misbehave/garbage', 'api/misbehave/two-lengths',
    'api/misbehave/close-mid-body', 'unbuffered/misbehave/close-mid-body', 'unbuffered/misbehave/hang-mid-body', 'unbuffered/misbehave/hang', 'api/bytes/200000']) {
    const res = http.get(`${__ENV.NGINX_URL}/${path}`, { tags: { name: path }, timeout: '5s' });
    say(path, [res.status, res.error_code, res.body && res.body.length > 100]);
  }
  const echoed = http.post(`${__ENV.NGINX_URL}/api/echo?q=%20x`, 'through', { headers: { 'X-Mine': 'a' } });
  say('echo', [echoed.json('target'), echoed.json('body'), echoed.json('headers.#(0=="X-Via").1'), echoed.json('headers.#(0=="X-Mine").1')]);
}
