/* parity
title: clickLink and submitForm with relative addresses, methods in capitals, missing actions, fragments, several buttons
points: 2, 7
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const base = __ENV.BASE_URL;
const page = `<html><body>
<a id="root" href="/echo?root">r</a><a id="query" href="?query">q</a><a id="rel" href="echo?rel">x</a><a id="up" href="../echo?up">u</a>
<a id="fragment" href="/echo#part">f</a><a id="empty" href="">e</a><a id="none">n</a><a id="mail" href="mailto:a@b.c">m</a><a id="proto" href="//${base.slice(7)}/echo?proto">p</a>
<form id="caps" method="POST" action="/echo"><input name="a" value="1"></form>
<form id="noaction"><input name="b" value="2"></form>
<form id="odd" method="put" action="/echo?kept=1"><input name="c" value="3"></form>
<form id="multi" method="get" action="/echo?old=1"><input name="d" value="4"><select multiple name="m"><option value="1" selected>1</option><option value="2" selected>2</option></select></form>
</body></html>`;

export default function () {
  const res = http.post(`${base}/mirror`, page, { headers: { 'Content-Type': 'text/html' } });
  const target = (res) => [res.status, res.status === 200 && res.body.startsWith('{') ? [res.json('method'), res.json('target'), res.json('body')] : res.error_code];
  for (const id of ['root', 'query', 'rel', 'up', 'fragment', 'proto', 'mail', 'none']) attempt(id, () => target(res.clickLink({ selector: `#${id}` })));
  for (const id of ['caps', 'odd', 'multi']) attempt(id, () => target(res.submitForm({ formSelector: `#${id}` })));
  attempt('with fields', () => target(res.submitForm({ formSelector: '#caps', fields: { a: 'ü &', extra: '' } })));
  say('title', res.html('form').map((_, form) => form.attr('id')));
}
