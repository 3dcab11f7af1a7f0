/* parity
title: k6/html: odd arguments, empty selections, callbacks, labels and forms of fields
points: 7
*/
import { parseHTML } from 'k6/html';
import { attempt, say } from '../_lib/answer.js';

const show=(v,d=0)=>{ if(v===undefined) return 'U'; if(v===null) return 'N'; if(Array.isArray(v)) return '['+v.map(x=>show(x,d+1)).join(',')+']'; if(typeof v==='object'){ if (typeof v.nodeName==='function') return '<'+v.nodeName()+'#'+v.id()+'>'; if(typeof v.size==='function') return 'Sel'+v.size(); return JSON.stringify(v); } return typeof v==='string'?JSON.stringify(v):String(v); };
const t=(n,f)=>{ let r; try { r=show(f()); } catch(e){ r='THROW '+(e.message||e); } say(n, r); };

const page = parseHTML('<div id=a class="x y"><p>Hello <b>World</b></p><p>2</p>tail<!--c--></div><ul><li>1<li>2</ul>');
function odd() {
  const p = page.find('p');
  const values = { undefined, null: null, number: 5, flag: true, object: {}, list: [], text: 'p', nothing: '', wrong: '[[', selection: p, element: p.get(0), elements: p.get(), function: () => true, 'empty selection': page.find('zz') };
  for (const name of Object.keys(values)) {
    for (const method of ['add', 'find', 'closest', 'has', 'not', 'filter', 'is', 'each', 'map', 'next', 'nextAll', 'nextUntil', 'prev', 'prevUntil', 'parent', 'parents', 'parentsUntil', 'siblings', 'children', 'index', 'attr', 'data', 'eq', 'get']) {
      attempt(`${method} ${name}`, () => show(p[method](values[name])), /Until|add|find|closest|has|not/.test(method) ? 'invalid argument, cannot use a ' : `the argument to ${method}() must be a function`);
    }
  }
  for (const at of [[], [0], [1], [2], [-1], [-2], ['1'], ['x'], [1.7], [undefined]]) {
    say(`at ${JSON.stringify(at)}`, show([p.eq(...at), p.get(...at), p.slice(...at)]));
  }
  for (const at of [[0, 1], [0, -1], [1, -1], [-2, -1], [0, undefined]]) say(`slice ${JSON.stringify(at)}`, show(p.slice(...at)));
  for (const until of [[], ['zz', undefined], [null, 'p'], [undefined, 'p']]) say(`until ${JSON.stringify(until)}`, show(p.nextUntil(...until)));
  attempt('until number', () => p.nextUntil(5, 'p'), 'invalid argument, cannot use a ');
  attempt('until three', () => p.nextUntil('a', 'p', 'x'), 'invalid argument, cannot use a ');
  attempt('each throws', () => p.each(() => { throw new Error('boom'); }), 'the function passed to each() failed: Error: boom');
  attempt('map throws', () => p.map(() => { throw new Error('boom'); }));
  attempt('filter throws', () => p.filter(() => { throw new Error('boom'); }), 'boom');
  say('map gives', [page.find('*').map((i) => [null, 5, {}, [1, 2], true, 1.5, 's'][i])]);
  say('each', (() => { let n = 0; p.each(() => { n += 1; return false; }); return n; })());
  say('ends', show([page.end(), p.end(), p.eq(9).end(), p.eq(0).end(), p.first().end(), p.toArray()[0].end(), p.get(0).selection().end(), p.add('b').end()]));
  say('contents', page.find('div').contents().get().map((node) => [node.nodeName(), node.nodeType(), node.nodeValue(), node.toString(), node.textContent(), node.innerHTML()]));
  say('document', [page.get(0).nodeName(), page.get(0).nodeType(), page.get(0).toString(), page.is('*'), page.next().size(), page.index(), page.closest('html').size(), page.children().size(), page.find('html').parent().size(), page.find('html').get(0).parentNode().nodeName()]);
  say('orders', show([page.find('b,li').parents(), page.find('b,li,p').parent(), page.find('p').add('div').add('html').find('b,p'), page.find('li').add('p'), page.find('li').siblings()]));
}

export default function () {
 odd();
 const d=parseHTML('<form id=f1><input id=a form=f2><label id=l0><input id=b><label id=l1 for=b>x</label></label><label id=l2><b><i><meter id=m></meter></i></b></label><button id=bt form=zz>q</button><fieldset id=fs form=f2><legend id=lg>x</legend></fieldset><select id=s form=f2><option id=o>1</select><object id=ob form=f2></object><output id=ou form=f2></output><keygen id=kg form=f2><textarea id=ta form=f2>abc</textarea></form><form id=f2 method=POST><form id=f3></form></form><div><p id=p1>a</p><p id=p2>a</p><p id=p3>b</p></div><select id=s2><optgroup disabled><option id=o2>x</optgroup><optgroup><option id=o3 disabled>y</optgroup></select>');
 for (const q of ['#a','#b','#bt','#fs','#lg','#s','#o','#ob','#ou','#kg','#ta','#l0','#l1','#o2','#o3','#m']) { const e=d.find(q).get(0); for (const k of ['form','labels','formMethod','control','disabled','length']) if (typeof e[k]==='function') t(q+'.'+k, ()=>e[k]()); }
 const g=(q)=>d.find(q).get(0);
 t('equal', ()=>[g('#p1').isEqualNode(g('#p2')), g('#p1').isEqualNode(g('#p3')), g('#p1').isEqualNode(g('#p1')), g('div').isEqualNode(g('#p1')), g('#fs').isEqualNode('x')]);
 t('contains', ()=>[g('div').contains(g('#p1')), g('#p1').contains(g('div')), d.get(0).contains(g('div')), g('div').contains(parseHTML('<p>').find('p').get(0))]);
 t('lists', ()=>{const b=g('#p1'); return [b.children(), b.querySelectorAll('zz'), b.getElementsByTagName('zz'), b.childNodes().length, d.find('zz').get(), d.find('zz').toArray(), d.find('zz').map(()=>1), d.find('zz').serializeArray()]});
 t('misc', ()=>[d.url, Object.prototype.toString.call(d), ''+d, ''+g('#p1'), JSON.stringify(g('#p1')), JSON.stringify(g('#p1').attributes())]);
 t('sel val', ()=>['input','select','option','textarea','button','p'].map(x=>parseHTML('<'+x+'>').find(x).val()));
 t('qs', ()=>[g('div').querySelector('p'), g('div').querySelectorAll('p'), g('div').getElementsByTagName('p'), g('div').getElementsByClassName('zz'), g('div').matches('div'), g('div').matches('p')]);
 t('get tag list', ()=>[d.find('div').get(0).getElementsByTagName('p,x'), g('div').getElementsByTagName('*').length, d.get(0).getElementsByTagName('div').length]);
 t('empty sel', ()=>{const z=d.find('zz'); return [z.text(),z.html(),z.attr('x'),z.attr('x',1),z.data(),z.data('x'),z.val(),z.size(),z.first(),z.last(),z.eq(0),z.children(),z.parent(),z.parents(),z.next(),z.prev(),z.siblings(),z.contents(),z.closest('p'),z.has('p'),z.not('p'),z.filter('p'),z.is('p'),z.add('p'),z.get(0),z.get(),z.index(),z.index('p'),z.slice(0),z.nextUntil('x'),z.serialize(),z.serializeObject()]});
 t('index sel', ()=>[d.find('p').index(d.find('#p2')), d.find('p').index(d.find('zz')), d.find('#p2').index('p'), d.find('#p2').index(), d.find('p').index(d.find('#p3').get(0)), d.find('zz').index('p')]);
 t('serialize', ()=>{const s=parseHTML('<form><input name=a value=1><input name=b value="x y&z=ü~*!()\'"><input name=a value=2><input type=checkbox name=c checked=checked><input type=radio name=d value=r checked=checked><input type=radio name=d value=q><input name=e disabled=disabled value=5><input name=f disabled value=6><input type=SUBMIT name=g value=7><input type=submit name=h value=8><select name=i multiple><option selected>1<option selected>2</select><select name=j multiple></select><textarea name=k>\na\r\nb&amp;</textarea><button name=l value=9></button><keygen name=m><input value=10><input name="" value=11><input name="x[y]" value=é><input name=ä value=1></form>'); return [s.find('form').serialize(), s.find('form').serializeArray(), Object.keys(s.find('form').serializeObject()).sort(), s.find('input').serialize(), s.serialize(), s.find('form,input').serialize()]});
 t('callbacks', ()=>{const r=[]; d.find('p').filter((i,s)=>{r.push(s.text(), s.size()); return i;}); d.find('p').not((i,s)=>i==1).toArray().forEach(s=>r.push(s.text())); r.push(d.find('p').is((i,s)=>s.text()==='b')); r.push(d.find('p').map((i,s)=>s.attr('id'))); return r;});
 t('el as arg', ()=>[d.find('p').add(g('div')).size(), d.find(g('#p1')).size(), d.has(g('#p1')).size(), d.find('p').not(g('#p1')).size(), d.find('p').closest(g('div')).size(), d.find('div').find(d.find('p')).size(), d.find('div,form').has(d.find('p')).size()]);
 t('until sel', ()=>[d.find('#p1').nextUntil(d.find('#p3')), d.find('#p3').prevUntil('#p1'), d.find('#p1').parentsUntil('body'), d.find('#p1').parentsUntil(d.find('html'),'body'), d.find('p').prevUntil(null,'p')]);
 t('template', ()=>{const s=parseHTML('<template id=t><p>x</p></template>'); return [s.find('p').size(), s.find('template').html(), s.find('template').children().size(), s.text()]});
 t('text', ()=>[parseHTML('<p>a<script>b</script><style>c</style><!--d--><textarea>e</textarea></p><noscript><b>f</b></noscript>').text(), parseHTML('<title>x</title>y').find('head').text()]);
}
