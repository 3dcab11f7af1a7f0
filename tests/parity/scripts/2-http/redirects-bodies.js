/* parity
title: bodies on the way of a redirect: forms, files, compressed ones; 300, 304, 305, 306, 309 are no redirects
points: 2
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

const to = (status) => answer({ status, headers: { Location: `${__ENV.BASE_URL}/echo` } });

export default function () {
  const file = () => ({ f: http.file('data', 'a.txt', 'text/plain') });
  for (const status of [300, 304, 305, 306, 309]) say(`${status}`, http.get(to(status)).status);
  for (const status of [302, 307, 308]) {
    const form = http.post(to(status), { a: '1', b: ['x', 'y'] });
    say(`form ${status}`, [form.json('method'), form.json('body'), form.json('headers.#(0=="Content-Type").1'), form.json('headers.#(0=="Content-Length").1')]);
    const multipart = http.post(to(status), file());
    say(`file ${status}`, [multipart.json('method'), multipart.json('body_bytes') > 0]);
    const gzip = http.post(to(status), 'x'.repeat(500), { compression: 'gzip' });
    say(`gzip ${status}`, [gzip.json('method'), gzip.json('body_bytes') > 0, gzip.json('headers.#(0=="Content-Encoding").1')]);
    say(`delete ${status}`, [http.del(to(status), 'gone').json('method'), http.request('PURGE', to(status), 'all').json('method'), http.options(to(status)).json('method')]);
    say(`callback ${status}`, http.get(to(status), { responseCallback: http.expectedStatuses(200) }).status);
  }
}
