/* parity
title: failed requests: codes, texts, fields and metrics for refused, timeout, unknown host, reset, bad URLs
points: 2, 10
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;
const fields = (res) => [res.status, res.error_code, res.status_text, res.proto, res.body, res.headers, res.cookies, res.timings.duration >= 0];
const tell = (name, url, params = {}, words) => {
  const res = http.get(url, Object.assign({ tags: { name } }, params));
  say(name, fields(res));
  if (words !== undefined) console.log(name, 'error has the words', res.error.includes(words));
  say(`${name} url`, [res.url === url, res.request.method, res.request.url === url]);
};

export default function () {
  tell('refused', `${__ENV.REFUSED_URL}/x`, {}, 'connection refused');
  tell('timeout', `${base}/delay/2000`, { timeout: 150 }, 'request timeout');
  tell('timeout as text', `${base}/delay/2000`, { timeout: '0.15s' }, 'request timeout');
  tell('timeout of a silent server', `${__ENV.SILENT_URL}/`, { timeout: '150ms' }, 'request timeout');
  tell('timeout in the body', `${base}/misbehave/hang-mid-body`, { timeout: '200ms' });
  tell('unknown host', 'http://nowhere.invalid/', {}, 'no such host');
  tell('not found', `${base}/status/404`);
  tell('failure', `${base}/status/503`);
  for (const url of ['', 'nothing', '/path', 'http://', 'ftp://127.0.0.1/', 'http://[::1', 'http://a b/', 'http://127.0.0.1:bad/', '://x', 'http://%zz/']) {
    const res = http.get(url);
    say(`url "${url}"`, [res.status, res.error_code, typeof res.error === 'string' && res.error !== '', res.url]);
  }
  for (const url of [undefined, null, 5, {}, [], () => 1]) {
    try {
      const res = http.get(url);
      say(`odd url ${typeof url}`, [res.status, res.error_code]);
    } catch (e) {
      console.log(`odd url ${typeof url} throws`);
    }
  }
}
