/* parity
title: hosts with wildcards, ports and TLS; which entry wins; names in capitals; redirects and cookies keep the name
points: 2, 9
args: --insecure-skip-tls-verify
allow: points data_sent because bytes of a handshake differ
allow: points data_received because bytes of a handshake differ
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const port = (name) => __ENV[name].split(':')[2];
export const options = {
  hosts: {
    'exact.test': `127.0.0.1:${port('BASE_URL')}`,
    '*.wild.test': `127.0.0.1:${port('BASE_URL')}`,
    'a.wild.test': `127.0.0.1:${port('ANSWERS_URL')}`,
    'both.test': `127.0.0.1:${port('BASE_URL')}`,
    'both.test:8080': `127.0.0.1:${port('ANSWERS_URL')}`,
    'tls.test': `127.0.0.1:${port('TLS_URL')}`,
    'plain.test': '127.0.0.1',
  },
};
const tell = (url) => {
  const res = http.get(url, { timeout: '2s', tags: { name: url.replace(/:\d{5}/, ':port') } });
  const host = res.status === 200 ? res.json('headers.#(0=="Host").1') : undefined;
  const to = ['BASE_URL', 'ANSWERS_URL', 'TLS_URL'].find((name) => res.remote_port === Number(port(name)));
  say(url.replace(/:\d{5}/, ':port'), [res.status, res.error_code, host && host.replace(/:\d{5}/, ':port'), to, res.url === url]);
};

export default function () {
  for (const host of ['exact.test', 'EXACT.test', 'exact.test:99', 'b.wild.test', 'a.wild.test', 'x.y.wild.test', 'both.test', 'both.test:8080', 'both.test:9', `plain.test:${port('BASE_URL')}`]) tell(`http://${host}/echo`);
  const tls = http.get('https://tls.test/echo');
  say('tls', [tls.status, tls.proto, tls.remote_port === Number(port('TLS_URL'))]);
  http.get('http://a.wild.test/' + answer({ headers: { 'Set-Cookie': 'c=1; Path=/' } }).split('/').slice(3).join('/'));
  say('cookies', [http.cookieJar().cookiesForURL('http://a.wild.test/'), http.cookieJar().cookiesForURL(__ENV.ANSWERS_URL)]);
}
