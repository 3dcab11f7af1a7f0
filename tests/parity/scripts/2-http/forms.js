/* parity
title: Response.html, submitForm and clickLink
points: 2, 7
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const echo = `${__ENV.BASE_URL}/echo`;
const page = `<html><head><title>Shop</title></head><body>
<a id="first" href="${echo}?link=first">first</a> <a class="second" href="${echo}?link=second">second</a>
<form id="search" action="${echo}"><input name="q" value="default"><input type="submit" name="go" value="Go"></form>
<form id="order" method="post" action="${echo}?form=order">
  <input type="hidden" name="token" value="t&amp;1"><input name="amount" value="1">
  <input type="checkbox" name="gift" value="yes" checked><input type="checkbox" name="card" value="no">
  <input type="radio" name="size" value="s"><input type="radio" name="size" value="m" checked>
  <select name="colour"><option value="r">red</option><option value="g" selected>green</option></select>
  <textarea name="note">some text</textarea><input name="off" value="x" disabled>
  <button type="submit" name="button" value="pressed">Order</button><input type="submit" id="other" name="other" value="Other">
</form></body></html>`;
const body = (res) => [res.status, res.json('method'), res.json('body').split('&').sort(), res.json('target').split('?')[1]];

export default function () {
  const res = http.post(`${__ENV.BASE_URL}/mirror`, page, { headers: { 'Content-Type': 'text/html' } });
  const doc = res.html();
  say('title', doc.find('title').text());
  say('with selector', [res.html('form').size(), res.html('a').eq(1).text(), res.html('#nothing').size()]);
  const get = res.submitForm({ formSelector: '#search', fields: { q: 'shoes & socks' } });
  say('get form', [get.status, get.json('method'), get.json('body'), get.json('target').replace(/^.*\?/, '').split('&').sort()]);
  say('first form', res.submitForm().json('method'));
  say('post form', body(res.submitForm({ formSelector: '#order' })));
  say('own fields', body(res.submitForm({ formSelector: '#order', fields: { amount: '5', extra: 'more' } })));
  say('other button', body(res.submitForm({ formSelector: '#order', submitSelector: '#other' })));
  say('params', res.submitForm({ formSelector: '#order', params: { headers: { 'X-P': 'p' }, tags: { name: 'submit' } } }).json('headers.#(0=="X-P").1'));
  attempt('no form', () => res.submitForm({ formSelector: '#nothing' }).status, 'no form found');
  say('first link', res.clickLink().json('target'));
  say('second link', res.clickLink({ selector: 'a.second' }).json('target'));
  say('link with params', res.clickLink({ selector: '#first', params: { headers: { 'X-L': 'l' } } }).json('headers.#(0=="X-L").1'));
  attempt('no link', () => res.clickLink({ selector: '#nothing' }).status, 'no element found');
  attempt('html of 204', () => http.get(`${__ENV.BASE_URL}/status/204`).html().find('a').size());
}
