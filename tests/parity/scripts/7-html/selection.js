/* parity
title: k6/html: parseHTML and Selection: finding, walking, filtering, reading
points: 7
*/
import { parseHTML } from 'k6/html';
import html from 'k6/html';
import { attempt, say } from '../_lib/answer.js';

const page = `<!DOCTYPE html>
<html lang="en"><head><title>The &amp; title</title></head>
<body class="shop dark">
<!-- a comment -->
<div id="top" class="box one" data-number="5" data-text="some" data-flag="true" data-list="[1,2]" data-camel-case="yes" data-object='{"a":1}' data-null="null" data-float="1.5">
  <h1>Head <em>line</em></h1>
  <p class="first">one</p><p class="second wide">two <b>bold</b></p><p class="third">three</p>
  text after
</div>
<ul id="list"><li class="a">1</li><li class="b">2</li><li class="a c">3</li><li>4<ul><li class="deep">4.1</li></ul></li><li class="a">5</li></ul>
<table><tr><td>c1</td><td>c2</td></tr></table>
<a href="/one?x=1&amp;y=2" title="first link">One</a><a href="https://other.example/">Two</a>
<span></span><span>  spaced   out  </span><p class="grüße">ü ✓ &lt;tag&gt;</p>
<script>var inline = "<p>not a p</p>";</script>
</body></html>`;

const names = (selection) => selection.toArray().map((one) => one.get(0).nodeName());
const texts = (selection) => selection.toArray().map((one) => one.text());

export default function () {
  say('keys', Object.keys(html).sort());
  const doc = parseHTML(page);
  const li = doc.find('#list > li');
  say('size', [doc.size(), li.size(), doc.find('li').size(), doc.find('nothing').size(), doc.find('p').size()]);
  say('title', doc.find('title').text());
  say('text', [doc.find('h1').text(), doc.find('p').text(), doc.find('span').text(), doc.find('nothing').text()]);
  say('html', [doc.find('h1').html(), doc.find('p.second').html(), doc.find('nothing').html(), doc.find('script').html(), doc.find('span').html()]);
  say('attr', [doc.find('a').attr('href'), doc.find('a').attr('nothing'), doc.find('a').attr('nothing', 'default'), doc.find('div').attr('class'), doc.find('nothing').attr('id')]);
  say('unicode', [doc.find('p.grüße').text(), doc.find('p.grüße').html()]);
  for (const selector of ['p.first', '.first,.third', 'div p', 'div > p', 'p + p', 'p ~ p', '[data-number]', '[data-number="5"]', '[href^="https"]', '[href$="/"]', '[href*="other"]', '[class~="wide"]', '[lang|="en"]', 'p:first-child', 'li:first-child', 'li:last-child', 'li:nth-child(2)', 'li:nth-child(2n+1)', 'li:nth-last-child(1)', 'p:first-of-type', 'p:not(.first)', 'li:has(ul)', 'p:contains("two")', ':empty', 'body *:only-child', 'td', '*', '#list .a', 'ul li.a.c', 'li:not(.a):not(.b)', 'h1, h2, title', ':root']) {
    say(selector, [doc.find(selector).size(), doc.find(selector).first().text().trim().slice(0, 20)]);
  }
  attempt('bad selector', () => doc.find('p[[').size());
  attempt('empty selector', () => doc.find('').size());
  say('each', (() => { const seen = []; li.each((index, element) => { seen.push([index, element.nodeName(), element.textContent()]); }); return seen; })());
  say('map', li.map((index, element) => `${index}:${element.text()}`));
  say('filter', [texts(li.filter('.a')), texts(li.filter((index, element) => index % 2 === 0)), li.filter('nothing').size()]);
  say('not', [texts(li.not('.a')), texts(li.not((index) => index === 0)), texts(li.not(doc.find('.b')))]);
  say('is', [li.is('.a'), li.is('.nothing'), li.is((index) => index === 4), li.is(doc.find('.b')), doc.find('p').is('p')]);
  say('has', [li.has('ul').size(), doc.find('div').has('b').size(), doc.find('div').has('nothing').size()]);
  say('eq', [li.eq(0).text(), li.eq(-1).text(), li.eq(99).size(), li.eq(1).attr('class')]);
  say('first, last', [li.first().text(), li.last().text(), doc.find('nothing').first().size()]);
  say('slice', [texts(li.slice(1, 3)), texts(li.slice(-2)), texts(li.slice(3))]);
  say('get', [li.get(0).textContent(), li.get().length, li.get(-1).textContent(), li.get(99)]);
  say('toArray', [li.toArray().length, li.toArray()[1].text()]);
  say('index', [li.index(), doc.find('.b').index(), doc.find('.b').index('li'), li.index(doc.find('.b')), doc.find('nothing').index()]);
  say('closest', [doc.find('.deep').closest('ul').attr('id'), doc.find('.deep').closest('#list').size(), doc.find('b').closest('div').attr('id')]);
  say('parent', [doc.find('.b').parent().attr('id'), doc.find('p').parent().size(), doc.find('p').parent('div').size(), doc.find('b').parent('.second').size()]);
  say('parents', [doc.find('b').parents().size(), doc.find('b').parents('div').attr('id'), names(doc.find('b').parents())]);
  say('parentsUntil', [names(doc.find('b').parentsUntil('body')), doc.find('b').parentsUntil(doc.find('div')).size(), doc.find('b').parentsUntil('body', 'p').size()]);
  say('children', [doc.find('#list').children().size(), texts(doc.find('#list').children('.a')), names(doc.find('#top').children())]);
  say('contents', [doc.find('h1').contents().size(), doc.find('#top').contents().size(), names(doc.find('h1').contents())]);
  say('siblings', [texts(doc.find('.b').siblings()), texts(doc.find('.b').siblings('.a')), doc.find('title').siblings().size()]);
  say('next', [doc.find('.b').next().text(), doc.find('.b').next('.a').text(), doc.find('.b').next('.nothing').size(), li.last().next().size()]);
  say('nextAll', [texts(doc.find('.b').nextAll()), texts(doc.find('.b').nextAll('.a'))]);
  say('nextUntil', [texts(li.first().nextUntil('.c')), texts(li.first().nextUntil(doc.find('.c'))), texts(li.first().nextUntil('.nothing', '.a'))]);
  say('prev', [doc.find('.b').prev().text(), doc.find('.b').prev('.x').size(), li.first().prev().size()]);
  say('prevAll', [texts(doc.find('.c').prevAll()), texts(doc.find('.c').prevAll('.a'))]);
  say('prevUntil', [texts(li.last().prevUntil('.b')), texts(li.last().prevUntil(doc.find('.b'), '.a'))]);
  say('add', [doc.find('h1').add('title').size(), doc.find('h1').add(doc.find('p')).size(), doc.find('h1').add('h1').size()]);
  say('end', [doc.find('#list').find('li').end().attr('id'), li.filter('.a').end().size()]);
  say('find in', [doc.find('div').find('b').text(), li.find('li').text(), doc.find('ul').find('li').size()]);
  say('data', [doc.find('#top').data('number'), doc.find('#top').data('text'), doc.find('#top').data('flag'), doc.find('#top').data('list'), doc.find('#top').data('camelCase'), doc.find('#top').data('camel-case'), doc.find('#top').data('object'), doc.find('#top').data('null'), doc.find('#top').data('float'), doc.find('#top').data('nothing')]);
  say('all data', doc.find('#top').data());
  say('no html', [parseHTML('').size(), parseHTML('just text').text(), parseHTML('<p>open').find('p').text(), parseHTML('<p>a<p>b').find('p').size(), parseHTML('<td>x</td>').find('td').size()]);
  attempt('null', () => parseHTML(null).size());
  attempt('undefined', () => parseHTML(undefined).text());
  attempt('number', () => parseHTML(5).text());
}
