/* parity
title: params.throw and option throw: exceptions instead of responses with errors
points: 2, 10
args: --throw
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const tell = (name, f, words) => {
  try {
    const res = f();
    say(`${name} gives`, Array.isArray(res) ? res.length : [res.status, res.error_code]);
  } catch (e) {
    console.log(name, 'throws', e instanceof Error, words === undefined ? '' : String(e).includes(words));
  }
};

export default function () {
  const refused = `${__ENV.REFUSED_URL}/`;
  tell('option', () => http.get(refused), 'connection refused');
  tell('params', () => http.get(refused, { throw: true }), 'connection refused');
  tell('params say no', () => http.get(refused, { throw: false }));
  tell('timeout', () => http.get(`${__ENV.BASE_URL}/delay/1000`, { timeout: 100 }), 'request timeout');
  tell('bad url', () => http.get('http://:::bad'));
  tell('bad url, params say no', () => http.get('http://:::bad', { throw: false }));
  tell('status 500 is no exception', () => http.get(`${__ENV.BASE_URL}/status/500`));
  tell('batch', () => http.batch([`${__ENV.BASE_URL}/status/200`, refused]), 'connection refused');
  tell('bad tag', () => http.get(`${__ENV.BASE_URL}/status/200`, { tags: { deep: {} } }), 'metric tag');
  tell('bad timeout', () => http.get(`${__ENV.BASE_URL}/status/200`, { timeout: 'soon' }));
  tell('bad redirects', () => http.get(`${__ENV.BASE_URL}/status/200`, { redirects: 'many' }));
  tell('bad jar', () => http.get(`${__ENV.BASE_URL}/status/200`, { jar: 'mine' }));
  tell('bad body', () => http.post(`${__ENV.BASE_URL}/echo`, 12));
  tell('unknown param', () => http.get(`${__ENV.BASE_URL}/status/200`, { nonsense: 1 }));
  http.get(refused);
  console.log('never');
}
