/* parity
title: a log-in with forms, cookies and redirects, as people write it
points: 1, 2, 7, 9
*/
import http from 'k6/http';
import { check, group } from 'k6';
import { answer } from '../../_lib/answer.js';

export const options = { vus: 1, iterations: 2, maxRedirects: 5, userAgent: 'parity', thresholds: { checks: ['rate==1'] } };

const page = (target) => `<html><body><h1 class="title">Log in</h1><form action="${target}" method="post">
<input type="hidden" name="csrf" value="tok-123"><input name="user"><input name="password" type="password"><button>Go</button></form></body></html>`;

export default function () {
  let res;
  group('page', () => {
    const inside = `${__ENV.ANSWERS_URL}/echo`;
    const target = answer({ status: 303, headers: { Location: inside, 'Set-Cookie': 'session=abc; Path=/; HttpOnly' } }).replace(/&/g, '&amp;');
    res = http.get(answer({ type: 'text/html', body: page(target), headers: { 'Set-Cookie': 'visitor=1; Path=/' } }));
    check(res, { 'is html': (r) => r.headers['Content-Type'].includes('html'), 'has a title': (r) => r.html('h1.title').text() === 'Log in', 'has a cookie': (r) => r.cookies.visitor[0].value === '1' });
  });
  group('log in', () => {
    const token = res.html().find('input[name=csrf]').attr('value');
    res = res.submitForm({ fields: { user: 'ann', password: 's3cret' } });
    check(res, {
      'csrf found': () => token === 'tok-123',
      'inside': (r) => r.json('target') === '/echo',
      'was redirected': (r) => r.url.endsWith('/echo'),
      'sends both cookies': (r) => r.json('headers.#(0=="Cookie").1').split('; ').sort().join() === 'session=abc,visitor=1',
    });
  });
  console.log(JSON.stringify(http.cookieJar().cookiesForURL(__ENV.ANSWERS_URL).session), res.json('method'));
}
