/* parity
title: HTTP_PROXY and HTTPS_PROXY with credentials, NO_PROXY, loopback
points: 2
env: HTTP_PROXY=http://name:password@{PROXY}
env: HTTPS_PROXY={PROXY}
env: NO_PROXY=.direct.test,10.0.0.0/8,whole.test:81
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export const options = {
  insecureSkipTLSVerify: true,
  hosts: { 'a.direct.test': '127.0.0.1', 'whole.test': '127.0.0.1', 'mapped.test': '127.0.0.1:9' },
};

const port = (url) => url.split(':')[2];
const proxied = (res) => {
  const found = (res.json('headers') || []).filter(([name]) => name.startsWith('X-Proxied'));
  return found.map(([, value]) => value.replace(/:\d+/, ''));
};
const tell = (name, url, params = {}) => {
  const res = http.get(url, { timeout: '2s', tags: { name }, ...params });
  const to = res.remote_port === Number(__ENV.PROXY.split(':')[1]) ? 'proxy' : 'target';
  say(name, [res.status, res.error_code, res.proto, res.remote_ip, to, res.status === 200 && proxied(res)]);
  return res;
};

export default function () {
  const base = `shop.squall.test:${port(__ENV.BASE_URL)}`;
  tell('plain', `http://${base}/echo`);
  const again = tell('again', `http://other.test:${port(__ENV.BASE_URL)}/echo?q=1`);
  say('the proxy keeps its connection', again.timings.connecting);
  tell('host header', `http://${base}/echo`, { headers: { Host: 'third.test' } });
  say('posted', http.post(`http://${base}/echo`, 'hello', { tags: { name: 'post' } }).json('body'));
  tell('secret', `http://secret.test:${port(__ENV.BASE_URL)}/echo`);
  tell('forbidden', 'http://no.test/echo');
  tell('nobody there', `http://x.test:${port(__ENV.REFUSED_URL)}/echo`);
  const tls = tell('tunnel', `https://api.squall.test:${port(__ENV.TLS_URL)}/echo`);
  say('tunnel took', [tls.timings.connecting > 0, tls.timings.tls_handshaking > 0]);
  say('in the tunnel', http.get(`https://api.squall.test:${port(__ENV.TLS_URL)}/`).timings.connecting);
  tell('tunnel that is closed', 'https://close.test/');
  tell('tunnel that is garbage', 'https://garbage.test/');
  tell('tunnel that wants credentials', 'https://secret.test/');
  tell('tunnel to nobody', `https://x.test:${port(__ENV.REFUSED_URL)}/`);
  tell('tunnel that hangs', 'https://hang.test/', { timeout: '300ms' });
  tell('loopback', `${__ENV.BASE_URL}/echo`);
  tell('localhost', `http://localhost:${port(__ENV.BASE_URL)}/echo`);
  tell('NO_PROXY', `http://a.direct.test:${port(__ENV.BASE_URL)}/echo`);
  tell('NO_PROXY of another port', `http://whole.test:${port(__ENV.BASE_URL)}/echo`);
  tell('hosts are not for targets', `http://mapped.test:${port(__ENV.BASE_URL)}/echo`);
}
