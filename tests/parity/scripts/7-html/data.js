/* parity
title: k6/html: data() and numbers: names, values, what stays text
points: 7
*/
import { parseHTML } from 'k6/html';
import { say } from '../_lib/answer.js';

export default function () {
 const names=['user-id','user-url','userid','id','url-x','x-id','x-html','x-http','x-api-key','a-b-c','a--b','a-','-a','A-B','x-1','x-1a','camelCase','x_y','x-y_z','a.b','x-ids','x-uuid','x-json','x-os','x-oauth','x-ip','x-utf8','x-ok','x-tls-key','x-ünï','5','x:y','x-xss','x-vm','x-acl','x-tcp','x-udp','x-ui','x-uid','x-ttl','x-eof','x-eta','x-gpu','x-guid','x-lhs','x-rhs','x-qps','x-ram','x-rpc','x-sla','x-smtp','x-sql','x-ssh','x-ssl','x-cpu','x-css','x-dns','x-ascii','x-https','x-uri','x-xml','x-xmpp','x-xsrf','x-db','x-aws','x-gcp','x-js','x-i-d'];
  const named = parseHTML('<div ' + names.map((name, index) => 'data-' + name + '="v' + index + '"').join(' ') + '>').find('div');
  const all = named.data();
  say('properties', Object.keys(all).sort().map((key) => [key, all[key]]));
  for (const k of ['userId','userID','userUrl','userURL','UserId','user-id','user_id','userid','id','ID','Id','xHtml','xHTML','xApiKey','xAPIKey','aBC','aBc','abc','x1','x1a','x-1','camelCase','camelcase','xY','x_y','','a','xIds','xIDs','xUuid','xUUID','xJSON','xOs','xOAuth','xOauth','XId','x Id','5','xÜnï','HTTPServer','xUTF8','x-uTF8'])say(`data ${k}`, named.data(k));
  const vals=['','5','1.5','01','1e3','1E3','1.50','101.00','-5','-0','+5','.5','5.','0x10','Infinity','NaN','inf','1_000','12345678901234567890','123456789012345678901234567890','0.1','1e21','1000000000000000000000','true','false','True','null','undefined','[1,2,"a",{"b":null}]','{"a":1.0,"b":[true],"c":{"d":"é"}}','[1,','{bad}','[]','{}',' 5','5 ',' [1]','"str"','[1] x','0','0.0','9007199254740993','[12345678901234567890]','1e-7','0.0000001','{"__proto__":1}'];
  const valued = parseHTML('<div ' + vals.map((value, index) => 'data-k' + index + "='" + value + "'").join(' ') + '>').find('div');
  vals.forEach((value, index) => {
    const given = valued.data('k' + index);
    say(`value ${value}`, [typeof given, given, String(given)]);
  });
  const data = (html) => parseHTML(html).find('div').data();
  say('none', [data('<div>') === undefined, data('<div a=b>'), data('<div data-=x data>'), Object.keys(data('<div data-a=null data-b="">')).sort()]);
  for (const v of ['5','-5','+5',' 5','5px','1.5','1e3','0x10','','99999999999999999999','9223372036854775807','abc','٥']) { const e=parseHTML('<ol start="'+v+'"><li value="'+v+'"></ol><progress value="'+v+'"></progress><progress value=1 max="'+v+'"></progress><meter min="'+v+'"></meter><table><tr><td colspan="'+v+'" rowspan="'+v+'"></table><col span="'+v+'">'); const g=(s)=>e.find(s).get(0);
    say(`number ${v}`, [g('ol').start(), g('li').value(), g('progress').value(), g('progress').position(), e.find('progress').get(1).max(), e.find('progress').get(1).value(), g('meter').min(), g('td').colSpan(), g('td').rowSpan()].map(String)); }
}
