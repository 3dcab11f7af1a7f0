/* parity
title: redirects to other hosts, ports and schemes: which headers go along; relative forms of Location
points: 2, 9
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const port = __ENV.BASE_URL.split(':')[2];
export const options = { hosts: { 'one.test': '127.0.0.1', 'sub.one.test': '127.0.0.1', 'two.test': '127.0.0.1' } };

const via = (location, status = 302) => answer({ status, headers: { Location: location } });
const headers = { Authorization: 'Bearer b', Cookie: 'own=1', 'X-Own': 'kept', 'Www-Authenticate': 'w', Cookie2: 'c' };
const kept = (res) => ['Authorization', 'Cookie', 'X-Own', 'Www-Authenticate', 'Cookie2', 'Referer'].filter((name) => res.json(`headers.#(0=="${name}").1`) !== undefined);

export default function () {
  const at = (host) => __ENV.ANSWERS_URL.replace('127.0.0.1', host);
  const from = (host, to) => via(to).replace(__ENV.ANSWERS_URL, at(host));
  say('same host', kept(http.get(from('one.test', `${at('one.test')}/echo`), { headers })));
  say('other port', kept(http.get(from('one.test', `http://one.test:${port}/echo`), { headers })));
  say('sub domain', kept(http.get(from('one.test', `http://sub.one.test:${port}/echo`), { headers })));
  say('parent', kept(http.get(from('sub.one.test', `http://one.test:${port}/echo`), { headers })));
  say('other host', kept(http.get(from('one.test', `http://two.test:${port}/echo`), { headers })));
  say('there and back', kept(http.get(from('one.test', from('two.test', `http://one.test:${port}/echo`)), { headers })));
  say('user of the url', http.get(from('one.test', `http://two.test:${port}/echo`).replace('http://', 'http://joe:secret@')).json('headers.#(0=="Authorization").1'));
  say('user of the location', http.get(from('one.test', `http://joe:secret@two.test:${port}/echo`)).json('headers.#(0=="Authorization").1'));
  for (const location of ['/echo?absolute', '//127.0.0.1:' + port + '/echo', '?body=query', 'relative?body=relative', './dot?body=dot', '../up?body=up', '#part', `${__ENV.BASE_URL}/echo#part`, '/echo?a b', '/echo?ü']) {
    const res = http.get(answer({ path: '/deep/er', status: 302, headers: { Location: location } }), { tags: { name: location }, redirects: 3 });
    say(`to ${location.replace(/:\d+/, ':port')}`, [res.status, res.error_code, res.url.replace(/:\d+\//, ':port/').slice(0, 60)]);
  }
  const tls = http.get(via(`${__ENV.TLS_URL}/echo`), { headers, tags: { name: 'to TLS' } });
  say('to TLS', [tls.status, tls.proto, tls.tls_version]);
}
