/* parity
title: NTLM authentication with a server that checks
points: 2
differs: the password is not said aloud as `Basic`, which is sent to no server that asks for it alone either
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = { noVUConnectionReuse: true };

const url = (path, user = 'joe:secret') => `${__ENV.BASE_URL.replace('http://', `http://${user}@`)}${path}`;
const tell = (name, method, target, body) => {
  const res = http.request(method, target, body, { auth: 'ntlm', tags: { name }, headers: { Connection: 'keep-alive' } });
  const who = res.status === 200 && target.includes('/ntlm') ? [res.json('user'), res.json('domain')] : res.status;
  say(name, [who, res.error_code, res.url.includes('@'), Object.keys(res.request.headers).sort()]);
};

export default function () {
  tell('login', 'GET', url('/ntlm'));
  tell('the connection is logged in', 'POST', url('/ntlm'), 'some text');
  tell('not asked', 'GET', url('/status/200'));
  tell('not there', 'GET', url('/status/404'));
  tell('basic', 'GET', url('/basic'));
}
