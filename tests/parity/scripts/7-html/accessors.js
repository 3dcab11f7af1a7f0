/* parity
title: k6/html: every accessor of every element, and which elements have it
points: 7
*/
import { parseHTML } from 'k6/html';
import { say } from '../_lib/answer.js';

// Not called where it would be nothing: firstChild, lastChild, nextSibling and previousSibling,
// which k6 does not survive then.
const NAMES = (
  'childElementCount childNodes children classList className firstElementChild ' +
  'lastElementChild hasAttributes hasChildNodes id innerHTML isDefaultNamespace lang ' +
  'namespaceURI nextElementSibling nodeName nodeType nodeValue ownerDocument parentElement ' +
  'parentNode previousElementSibling selection textContent toString abbr accept acceptCharset ' +
  'accessKey action allowfullscreen alt areas async autocapitalize autocomplete autofocus ' +
  'autoplay caption cellIndex cells challenge charset checked cite colSpan cols content ' +
  'control controls crossOrigin currentSrc data datetime default defaultChecked defaultMuted ' +
  'defaultSelected defaultValue defer dirName disabled download elements encoding enctype ' +
  'form formAction formEnctype formMethod formNoValidate formTarget hash headers height high ' +
  'host hostname href hrefLang hreflang htmlFor httpEquiv images index isMap keySystem ' +
  'keytype kind label labels length list loop low max maxLength media mediaGroup method min ' +
  'multiple muted name noModule noValidate optimum options origin password pathname pattern ' +
  'placeholder port position preload protocol readOnly readonly referrerPolicy rel relList ' +
  'required reversed rowIndex rowSpan rows scope search sectionRowIndex selected ' +
  'selectedIndex selectedOptions size sizes sortable sorted span src srclang srcset start ' +
  'step tBodies tFoot tHead tabIndex target text textTracks type typeMustMatch useMap ' +
  'username validity value width wrap'
).split(' ');
const doc = parseHTML(`<!doctype html><html lang="de"><head><title>T &amp; t</title><base href="/b/" target=x><link id=l1 rel="a b" href=s.css crossorigin=anonymous referrerpolicy=origin><link crossorigin=x referrerpolicy=bad><meta http-equiv=refresh content=5 name=n><meta http-equiv=x><style media=print>p{}</style><style type=text/x></style><script src=a.js async defer crossorigin=q nomodule charset=u type=t>code</script></head><body>
<a href="http://us:pa@Host.example:80/p%20a/x?q=1&b=%20#fr%20ag" rel=" nofollow  me " id=a1 class=" q  w " accesskey=k type=t hreflang=en download=d target=_b referrerpolicy=unsafe-url>Te<b>x</b>t</a><a href="https://h:8443">s</a><a href="https://h:443/">s</a><a href="ftp://h:21/x">s</a><a href="//proto/x">p</a><a href="mailto:a@b.c?subject=x">m</a><a href="javascript:void(0)">j</a><a href="file:///etc/x">f</a><a href="#only">h</a><a href="?q">q</a><a href="http://[::1]:80/x">6</a><a href="http://[::1]/">6</a><a href="http://h:x/">bad port</a><a href="http://a b/">sp</a><a href="/%zz">badesc</a><a href="http://h/a b?c d#e f">spaces</a><a href="">empty</a><a>none</a><a href=" http://trim/ ">trim</a><a href="http://user@h/">u</a><a href="http://:pw@h/">u</a><a href="http://h?x">nopath</a><a href="HTTP://H/UP">up</a><a href="http://h/ü?ü#ü">uni</a><a href="http://h/#">emptyfrag</a><a href="http://h/?">emptyq</a><a href="a:b:c">odd</a><a href=":x">odd</a><a href="1:2">odd</a><a href="x/y:z">rel</a><a href="http://us%20er:p%40@h/">ue</a><a href="http://h/a%2Fb">slash</a><a href="http://h:/">emptyport</a><a href="http://">nohost</a><a href="http:/one">one</a><a href="http:rel">opaque</a>
<area href=/x alt=q><map name=m1 id=mid><area href=1><area></map><img usemap="#m1"><img usemap="#mid"><object usemap="#m1" data=d type=t name=n tabindex=3 typemustmatch width=1 height=2></object><map id=only></map><img usemap="#only"><map></map><img src=i.png alt=A width=5 height=q crossorigin=use-credentials ismap name=n sizes=s srcset=ss referrerpolicy=no-referrer>
<audio src=a autoplay controls loop muted preload=none crossorigin=anonymous mediagroup=g></audio><video preload=bad src=""><track kind=captions src=t srclang=en label=L default><track kind=x><source src=s srcset=ss sizes=z media=m type=t keysystem=k></video>
<form id=f1 name=fn action=/act method=post enctype=text/plain accept-charset=u autocomplete=off novalidate target=tt><label id=lb1 for=i1>L1</label><label id=lb2>L2<input id=i2 name=n2></label><input id=i1 name=n1 type=password list=dl1 value=v maxlength=7 size=9 tabindex=2 required readonly autofocus disabled checked multiple step=2 min=1 max=3 pattern=p placeholder=ph src=s alt=al accept=ac autocomplete=off dirname=dd accesskey=z height=1 width=2><input type=bad list=nope><input type=hidden list=dl1><input type=checkbox list=dl1><input type=submit formaction=/fa formmethod=POST formenctype=multipart/form-data formnovalidate formtarget=ft><button id=b1 name=bn value=bv type=reset>B</button><button formmethod=put>B<i>2</i></button><select id=s1 name=sn size=7><optgroup label=og disabled><option label=ol>O1<option disabled>O2</optgroup><option selected value=3>O3</select><textarea id=t1 name=tn rows=2 cols=x maxlength=3 wrap=hard autocapitalize=words value=q readonly required placeholder=p tabindex=1 accesskey=q autocomplete=off>abc</textarea><fieldset id=fs name=fsn disabled><legend accesskey=l>Leg</legend><input name=inner></fieldset><output for="i1 i2" name=on>out<b>x</b></output><keygen name=kn challenge=c keytype=DSA autofocus disabled><object></object><meter min=1 max=9 low=2 high=8 optimum=5 value=4>m</meter><progress value=2 max=4></progress></form>
<form method=POST></form><form method=get enctype=bad></form><input form=f1 id=ext><label for=ext>E</label><label for=nope>N</label><select form=f1 multiple><option>z<option selected>y<option selected>w</select><button form=nope>x</button><textarea form=f1></textarea><output form=f1>o</output><fieldset form=f1></fieldset><label form=f1>l</label>
<datalist id=dl1><option>d1<option value=d2></datalist><option id=lone>lone</option>
<ol start=3 reversed type=a><li value=9 type=disc>1<li type=bad>2<li></ol><ol type=bad></ol><ul type=square><li>x</ul><del cite=c datetime=d>x</del><ins cite=c>y</ins><q cite=c>q</q><blockquote cite=c>b</blockquote><quote cite=c>q</quote><time datetime=x>t</time><data value=5>d</data><pre name=n value=v>p</pre><param name=n value=v><canvas width=5 height=q></canvas><embed src=s type=t width=1 height=2><iframe src=s name=n width=1 height=2 allowfullscreen referrerpolicy=origin></iframe>
<table id=tb sortable><caption>C</caption><colgroup><col span=2></colgroup><thead><tr><th abbr=a scope=row sorted colspan=2>h<th scope=bad headers=x></thead><tbody><tr><td>1<td>2<td rowspan=3>3</tr><tr><td>4<table><tr><td>nested</table></tbody><tbody><tr></tbody><tfoot><tr><td>f</tfoot></table>
<svg viewBox="0 0 1 1"><a xlink:href="z">s</a><title>st</title></svg><math><mi>m</mi></math><p id=p lang=en title=t hidden tabindex=1>text<!--c--> <i></i></p></body></html>`);

const shown = (value) => {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.nodeName === 'function') return `<${value.nodeName()} ${value.id()}>`;
  return typeof value.size === 'function' ? `selection of ${value.size()}` : value;
};

export default function () {
  const elements = doc.find('*').get().concat(doc.find('#p').contents().get(), doc.get());
  elements.forEach((element, index) => {
    const found = {};
    for (const name of NAMES) {
      if (typeof element[name] !== 'function') continue;
      try { found[name] = shown(element[name]()); } catch (e) { found[name] = 'throws'; }
    }
    const attributes = element.attributes();
    for (const name of Object.keys(attributes)) {
      const attribute = attributes[name];
      found[`@${name}`] = [attribute.name, attribute.value, attribute.prefix(), attribute.namespaceURI(), attribute.localName()];
    }
    say(`${index} ${element.nodeName()}`, found);
  });
}
