/* parity
title: k6/html: Element accessors, general ones and those of single tags
points: 7
*/
import { parseHTML } from 'k6/html';
import { attempt, say } from '../_lib/answer.js';

const doc = parseHTML(`<html lang="de"><body>
<div id="d" class="one two" title="tip" lang="en" dir="ltr" hidden tabindex="3" accesskey="k" contenteditable="true" data-x="1">text <b>bold</b> tail<!-- note --></div>
<a id="a" href="http://user:pw@host.example:8080/path/page?q=1#part" rel="nofollow" target="_blank" hreflang="fr" type="text/html" download="file.txt">link</a>
<a id="rel" href="/relative">relative</a><img id="i" src="/p.png" alt="pic" width="10" height="20" usemap="#m">
<form id="f" action="/go" method="POST" name="form" enctype="text/plain" target="t" novalidate><input id="in" name="n" value="v" type="text" maxlength="5" placeholder="ph" required readonly size="9" pattern="x+"><label id="l" for="in">L</label>
<input id="c" type="checkbox" checked><select id="s" name="sel"><option value="1">one</option><option value="2" selected>two</option></select><textarea id="t" rows="3" cols="9">area</textarea><button id="b" type="submit" disabled>go</button></form>
<ol id="ol" start="4" reversed type="a"><li id="li" value="7">x</li></ol><table id="table"><caption>cap</caption><tr id="tr"><td id="td" colspan="2" rowspan="3">c</td></tr></table>
<script id="script" src="/s.js" async defer>code</script><meta id="meta" name="m" content="c"><link id="link" rel="stylesheet" href="/c.css" media="all"><iframe id="frame" src="/f" name="fr"></iframe>
<video id="v" src="/v.mp4" controls autoplay loop muted></video><progress id="pr" value="3" max="10"></progress><time id="ti" datetime="2020-01-01">t</time>
</body></html>`);
const of = (id) => doc.find(`#${id}`).get(0);
const read = (id, ...names) => {
  const element = of(id);
  say(id, names.map((name) => {
    if (typeof element[name] !== 'function') return [name, typeof element[name]];
    try { const value = element[name](); return [name, value === undefined ? 'undefined' : value]; } catch (e) { return [name, 'throws']; }
  }));
};

export default function () {
  read('d', 'nodeName', 'nodeType', 'nodeValue', 'id', 'className', 'classList', 'lang', 'innerHTML', 'textContent', 'hasAttributes', 'hasChildNodes', 'childElementCount');
  const d = of('d');
  say('attributes', [d.getAttribute('title'), d.getAttribute('nothing'), d.hasAttribute('hidden'), d.hasAttribute('x'), d.attributes().title.value, Object.keys(d.attributes()).sort()]);
  say('attribute node', [d.getAttributeNode('id').name, d.getAttributeNode('id').value]);
  say('tree', [d.firstChild().nodeName(), d.firstElementChild().nodeName(), d.lastChild().nodeName(), d.lastElementChild().textContent(), d.parentNode().nodeName(), d.parentElement().nodeName(), d.nextElementSibling().id(), d.nextSibling().nodeName()]);
  say('lists', [d.childNodes().length, d.children().length, d.children()[0].nodeName(), d.querySelector('b').textContent(), d.querySelectorAll('b').length, d.getElementsByTagName('b').length, d.getElementsByClassName('x').length]);
  say('contains', [d.contains(d.querySelector('b')), d.isEqualNode(of('d')), d.isSameNode(of('d')), d.matches('.one'), d.matches('.three')]);
  say('nodes', d.childNodes().map((node) => [node.nodeName(), node.nodeType(), node.nodeValue && node.nodeValue()]));
  say('owner', [d.ownerDocument() !== undefined, d.namespaceURI(), d.isDefaultNamespace()]);
  read('a', 'href', 'hash', 'host', 'hostname', 'port', 'protocol', 'origin', 'pathname', 'search', 'username', 'password', 'rel', 'relList', 'target', 'hrefLang', 'type', 'text', 'download');
  read('rel', 'href', 'host', 'pathname', 'protocol', 'text');
  read('i', 'src', 'alt', 'width', 'height', 'useMap', 'isMap', 'currentSrc');
  read('f', 'action', 'method', 'name', 'enctype', 'target', 'noValidate', 'length');
  say('elements', of('f').elements().length);
  read('in', 'name', 'value', 'type', 'maxLength', 'placeholder', 'required', 'size', 'pattern', 'disabled', 'checked', 'autofocus', 'defaultValue', 'min', 'step');
  say('in a form', [of('in').form().id(), of('in').labels().length]);
  read('l', 'htmlFor');
  read('c', 'type', 'checked', 'defaultChecked', 'value');
  read('s', 'name', 'type', 'value', 'selectedIndex', 'length', 'multiple', 'size');
  say('options', [of('s').options().map((o) => [o.value(), o.text(), o.selected(), o.index(), o.defaultSelected(), o.disabled()]), of('s').selectedOptions().length]);
  read('t', 'value', 'rows', 'cols', 'type', 'wrap', 'length', 'defaultValue');
  read('b', 'type', 'disabled', 'value', 'formMethod', 'formAction');
  read('ol', 'start', 'reversed', 'type');
  read('li', 'value', 'type');
  read('td', 'colSpan', 'rowSpan', 'cellIndex', 'headers');
  say('table', [of('table').caption().textContent(), of('table').rows().length, of('tr').cells().length, of('tr').rowIndex()]);
  read('script', 'src', 'async', 'defer', 'type', 'text');
  read('meta', 'name', 'content', 'httpEquiv');
  read('link', 'rel', 'href', 'media', 'relList', 'type');
  read('frame', 'src', 'name');
  read('v', 'src', 'controls', 'autoplay', 'loop', 'muted');
  read('pr', 'value', 'max', 'position');
  read('ti', 'datetime');
  attempt('get of nothing', () => typeof doc.find('#nothing').get(0));
}
