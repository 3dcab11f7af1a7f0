/* parity
title: k6/html: pages of all kinds, as they are parsed and written again
points: 7
*/
import { parseHTML } from 'k6/html';
import { say } from '../_lib/answer.js';

const PAGES = [
  '<p title="a&quot;b\'c<>&amp;&nbsp;">x&nbsp;&copy;"\'</p>',
  '<!doctype html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://x/y.dtd"><p>',
  '<!doctype html>',
  '<!doctype foo SYSTEM "x\'y">',
  '<!-- a > b & c --><!-->x<!--a--!>b',
  '<!--a--!>b-->',
  '<!--x->y-->',
  '<!-- -- > -->',
  '<pre>\n\na</pre><pre>\nb</pre><textarea>\n\nx</textarea>',
  '<script>a<b&&c</script><style>a>b</style><noscript><p>x</noscript><iframe><b></iframe>',
  '<xmp><b></xmp><plaintext><b>x</plaintext>',
  '<br></br><hr/><img><input/><wbr><keygen><command><source><track><embed><param>',
  '<svg viewbox=1 xlink:href="a"><foreignobject><p>x</foreignobject><br>',
  '<math><mi>x</mi><annotation-xml encoding="text/html"><p>q</p></annotation-xml></math>',
  '<table><tr><td>1<td>2<tbody><div>foo<tr>x',
  '<b><p>a</b>b</p>',
  '<a>1<a>2',
  '<template><tr><td>x</template>',
  '<form><form><input></form></form>',
  '<body a=1><body a=2 b=3>',
  '<html lang=x><html lang=y z=1>',
  '<frameset><frame></frameset>',
  '<p/><div/>x',
  '<image src=a>',
  '<li>a<ul><li>b</ul><li>c',
  '<dl><dt>a<dd>b<dt>c',
  '<h1><h2>x</h1>',
  '<nobr>a<nobr>b',
  '<button>a<button>b',
  '<p><table><tr><td></table>x',
  '</br>x',
  '<isindex>',
  '<noframes><p></noframes>',
  '<title>a<b></title>',
  '<textarea><b></textarea>',
  '&lt;&notit;&not;&amp&#0;&#128;&#x41;&#xD800;&bogus;&AMP',
  '<a href="?a=1&copy=2&lt=3&copy;">x</a>',
  '<details><summary>x</details>',
  '<p>a\fb\tc',
  '<div a="1"b=2 c=\'3\' d=a"b e= f>x',
  '<div =x>',
  '<div "a">',
  '<svg><![CDATA[x<y]]></svg><![CDATA[z]]>',
  '<?php echo ?>x',
  '<!x><!-x>',
  '</3>a',
  '<3>',
  '<p>x<marquee>y</p>z',
  '<ruby>a<rb>b<rt>c<rp>d',
  '<main><p></main>',
  '<search><p></search>',
  '<dialog><p></dialog>x',
  '<center><p></center>',
  '<svg><title><p>x',
  '<svg><p>x',
  '<table><input type=hidden><input>',
  '<table><caption>x<td>',
  '<colgroup><col>',
  '<table><colgroup><col>x',
  '<body><frameset>',
  'x<html a=b>',
  '<head><p>',
  '<style>x',
  '<script>x',
  '<select><input>',
  '<select><select>',
  '<option>x<p>y',
  '<rp>x',
  '<a><p><a>',
  '<i><b><p></i>x',
  '<font color=1><p><font color=2>x</p>y',
];

export default function () {
  for (const page of PAGES) say(JSON.stringify(page), parseHTML(page).html());
  for (const value of [undefined, null, 5, true, {}, [], [1, 2]]) say(`of ${JSON.stringify(value)}`, parseHTML(value).html());
  say('bytes', parseHTML(new Uint8Array([60, 98, 62])).html());
  say('nothing', parseHTML().html());
  say('deep', [parseHTML('<div>'.repeat(500)).find('div').size(), parseHTML('<b>'.repeat(500)).html().length]);
  say('template', [parseHTML('<template><p>x</p></template>').find('p').size(), parseHTML('<template><p>x</p></template>').text()]);
  say('text', parseHTML('<p>a<script>b</script><style>c</style><!--d--><textarea>e</textarea></p><noscript><b>f</b></noscript>').text());
}
