/* parity
title: basic authentication by nginx: users in URLs, odd ones, a header of one's own
points: 2
needs: nginx
*/
import http from 'k6/http';
import encoding from 'k6/encoding';
import { say } from '../_lib/answer.js';

const url = (user) => `${__ENV.NGINX_URL.replace('http://', `http://${user}@`)}/private`;
const tell = (name, target, params = {}) => {
  const res = http.get(target, Object.assign({ tags: { name } }, params));
  say(name, [res.status, res.error_code, res.headers['Www-Authenticate'], res.request.url.replace(/:\d+\//, ':port/'), res.url.replace(/:\d+\//, ':port/')]);
};

export default function () {
  tell('right', url('joe:secret'));
  tell('wrong', url('joe:guess'));
  tell('no password', url('joe'));
  tell('empty password', url('joe:'));
  tell('nobody', `${__ENV.NGINX_URL}/private`);
  tell('header', `${__ENV.NGINX_URL}/private`, { headers: { Authorization: `Basic ${encoding.b64encode('joe:secret')}` } });
  tell('header and url', url('joe:guess'), { headers: { Authorization: `Basic ${encoding.b64encode('joe:secret')}` } });
  tell('auth basic', url('joe:secret'), { auth: 'basic' });
  tell('unknown auth', url('joe:secret'), { auth: 'magic' });
}
