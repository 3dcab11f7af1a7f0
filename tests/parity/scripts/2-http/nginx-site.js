/* parity
allow: points data_sent because nginx refuses the large body before all of it is written
allow: summary /metrics/data_sent because of the same
title: files from nginx: gzip, ranges, conditions, statuses, errors, a slow answer, redirects
points: 2
needs: nginx
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.NGINX_URL;
const told = (res) => [res.status, res.status_text.trim(), res.error_code, res.body && res.body.length, res.headers['Content-Type'], res.headers['Content-Encoding']];

export default function () {
  say('file', told(http.get(`${base}/page.html`)));
  const zipped = http.get(`${base}/page.html`, { headers: { 'Accept-Encoding': 'gzip' } });
  say('zipped', [told(zipped), zipped.headers['Content-Length']]);
  say('binary', http.get(`${base}/page.html`, { headers: { 'Accept-Encoding': 'gzip' }, responseType: 'binary' }).body.byteLength);
  say('none', told(http.get(`${base}/page.html`, { headers: { 'Accept-Encoding': 'gzip' }, responseType: 'none' })));
  const range = http.get(`${base}/page.html`, { headers: { Range: 'bytes=3-12' } });
  say('range', [range.status, range.body, range.headers['Content-Range'].split('/')[0]]);
  const etag = http.get(`${base}/page.html`).headers.Etag;
  say('not modified', told(http.get(`${base}/page.html`, { headers: { 'If-None-Match': etag } })));
  say('head', told(http.head(`${base}/page.html`)));
  for (const path of ['gone', 'teapot', 'missing', 'moved', 'found', 'slow', 'expires']) {
    const res = http.get(`${base}/${path}`, { tags: { name: path } });
    say(path, [told(res), res.url.replace(base, '')]);
  }
  say('post to a file', told(http.post(`${base}/page.html`, 'x')));
  say('too large', http.post(`${base}/api/echo`, 'x'.repeat(200000), { tags: { name: 'too large' } }).status);
  say('closed', told(http.get(`${base}/closed`, { tags: { name: 'closed' } })));
  say('options', told(http.options(`${base}/page.html`)));
}
