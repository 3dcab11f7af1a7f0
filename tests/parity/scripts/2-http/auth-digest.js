/* parity
title: digest authentication with a server that checks
points: 2
differs: the password is not said aloud before the server asks, and a nonce is used again
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const url = (path, user = 'joe:secret') => `${__ENV.BASE_URL.replace('http://', `http://${user}@`)}${path}`;
const tell = (name, method, target, body) => {
  const res = http.request(method, target, body, { auth: 'digest', tags: { name } });
  const who = res.status === 200 ? [res.json('user'), res.json('count'), res.json('qop')] : res.status;
  say(name, [who, res.error_code, res.url.includes('@'), Object.keys(res.request.headers).sort()]);
};

export default function () {
  tell('auth', 'GET', url('/digest/auth/MD5?plain'));
  tell('again', 'GET', url('/digest/auth/MD5?plain'));
  tell('no algorithm', 'GET', url('/digest/auth/none?plain'));
  tell('no protection', 'GET', url('/digest/none/MD5?plain'));
  tell('with a body', 'POST', url('/digest/auth/MD5?plain'), 'some text');
  tell('odd characters', 'GET', url('/digest/auth/MD5?plain&password=se%20cret', 'joe:se%20cret'));
  tell('wrong password', 'GET', url('/digest/auth/MD5?plain', 'joe:guess'));
  tell('not asked', 'GET', url('/status/200'));
  tell('not there', 'GET', url('/status/404'));
}
