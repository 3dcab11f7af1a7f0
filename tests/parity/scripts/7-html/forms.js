/* parity
title: k6/html: val and serialize of forms
points: 7
*/
import { parseHTML } from 'k6/html';
import { say } from '../_lib/answer.js';

const doc = parseHTML(`<form id="f">
<input name="text" value="plain"><input name="empty" value=""><input name="novalue"><input name="off" value="x" disabled><input value="noname">
<input type="hidden" name="token" value="a &amp; b+c/ü"><input type="password" name="pw" value="secret">
<input type="checkbox" name="check" value="on1" checked><input type="checkbox" name="check" value="on2"><input type="checkbox" name="bare" checked>
<input type="radio" name="radio" value="r1"><input type="radio" name="radio" value="r2" checked>
<select name="one"><option value="a">A</option><option value="b" selected>B</option></select>
<select name="first"><option value="x">X</option><option value="y">Y</option></select>
<select name="many" multiple><option value="1" selected>1</option><option value="2">2</option><option value="3" selected>3</option></select>
<select name="plain"><option>plain text</option></select>
<textarea name="area">line one
line two</textarea><button name="button" value="pressed">B</button><input type="submit" name="send" value="Send"><input type="button" name="but" value="x"><input type="reset" name="res" value="x"><input type="file" name="upload"><input type="number" name="num" value="5"><input type="image" name="img" value="i">
</form>`);
const form = doc.find('#f');

export default function () {
  say('serialize', form.serialize().split('&').sort());
  say('array', form.serializeArray().map((pair) => [pair.name, pair.value]));
  say('object', form.serializeObject());
  say('inputs', doc.find('input').serialize().split('&').sort());
  for (const selector of ['[name=text]', '[name=empty]', '[name=novalue]', '[name=check]', '[name=bare]', '[name=radio]', '[name=one]', '[name=first]', '[name=many]', '[name=plain]', '[name=area]', '[name=button]', 'option', '#f', 'nothing']) {
    say(`val of ${selector}`, doc.find(selector).val());
  }
  say('empty', [doc.find('nothing').serialize(), doc.find('nothing').serializeArray().length, doc.find('nothing').serializeObject()]);
}
