/* parity
title: k6/html: every kind of selector, and what is none
points: 7
*/
import { parseHTML } from 'k6/html';
import { say } from '../_lib/answer.js';

const doc = parseHTML(`<div id=a class="x y" lang=en-US data-v="AbC"><p>Hello <b>World</b></p><p></p><p> </p><input disabled><input type=CHECKBOX checked>
<select><option selected>1<option>2</select><textarea></textarea><button>b</button><a href=x>l</a><a>m</a></div>
<fieldset disabled><legend><input></legend><input></fieldset><ol><li>1<li>2<li>3<li>4<li>5<li>6</ol>`);
const SELECTORS = {
  attributes: ['[id]', '[ID=a]', '[id = "a" ]', "[id='a']", '[data-v!=x]', 'p[data-v!=x]', '[data-v="abc" i]', '[data-v=abc i]', '[data-v=AbC s]', '[data-v#=A.C]', '[class~=""]', '[class^=""]', '[class*=""]', '[class$=""]', '[class ~= x]', '[class="x y"]', '[lang|=en]', '[data-v~=AbC]', '[data-v=1]', '[type=checkbox]', '[type=checkbox i]'],
  text: ['p:contains(hello)', 'p:contains("HELLO world")', 'p:containsOwn(world)', 'p:containsown("hello")', 'p:contains("")', 'p:matches(H.*d)', 'p:matches((?i)hello)', 'b:matchesOwn(^W)', ':contains(World)', 'p:not(:contains(Hello))'],
  states: [':input', ':root', ':enabled', ':disabled', ':checked', ':link', 'p:empty', 'a:lang(en)', 'p:lang(en)', ':lang(en-US)'],
  places: ['p:nth-child(odd)', 'li:nth-child(even)', 'li:nth-child( 2n + 1 )', 'li:nth-child(-n+2)', 'li:nth-child(n)', 'li:nth-child(+2)', 'li:nth-child(3n-1)', 'li:nth-child(0)', 'li:nth-child(-1)', 'li:nth-last-child(2)', 'p:nth-of-type(2)', 'p:nth-last-of-type(1)', 'p:only-of-type', 'b:only-child', 'p:first-of-type', 'p:last-of-type', 'a:last-child', 'option:first-child'],
  nested: ['div:has(b)', 'div:has(> p)', 'div:haschild(p)', 'p:not(.x, :empty)', ':not(a):not(b)', 'div:has(p b)', 'div:has(p,zzz)', 'div:not(:has(zzz))', 'p:not(div > p)'],
  combinators: ['p\n b', 'p/**/b', 'p /* c */ b', 'div p:first-child b', 'div ~ fieldset', 'p ~ p', 'p + p', '#a > p > b', 'div >p', '  p  ', 'p,a'],
  names: ['P', 'DIV#a.x', '.X', '#A', '\\70', '#\\61', '.\\x', 'p:CONTAINS(hello)', 'p:First-Child'],
  'of jQuery or CSS 4': ['p:first', 'p:eq(1)', 'p:even', ':text', ':checkbox', ':selected', ':visible', ':parent', ':is(p,b)', ':where(p)', 'p::before', 'p:hover', ':required', 'a:any-link', 'p:nth-child(2 of p)', '*|p'],
  wrong: ['p,,b', 'p,', '>p', 'div + ', 'div>>p', '[id=a', '[]', '[=a]', 'p.', '#', '..x', '1p', 'p:contains(Hello World)', 'p:contains()', 'p:not()', 'div:has()', 'p:nth-child(x)', '\\', '"', '(p)', 'p)', 'p:not(p', ''],
};
const names = (selection) => selection.toArray().map((one) => one.get(0).nodeName()).join();

export default function () {
  for (const kind of Object.keys(SELECTORS)) {
    for (const selector of SELECTORS[kind]) say(`${kind}: ${selector}`, names(doc.find(selector)));
  }
  const p = doc.find('p');
  for (const none of ['', '[[', 'p:first']) {
    say(`with ${none}`, [p.filter(none).size(), p.not(none).size(), p.is(none), p.closest(none).size(), doc.find('div').has(none).size(), doc.find('div').children(none).size(), p.nextUntil(none).size(), p.index(none), p.add(none).size(), p.get(0).matches(none), p.get(0).querySelectorAll(none).length]);
  }
}
