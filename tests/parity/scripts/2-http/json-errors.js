/* parity
title: Response.json of what is no JSON: errors with and without selector
points: 2, 10
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const url = `${__ENV.BASE_URL}/mirror`;

export default function () {
  for (const text of ['', ' ', '{', '{"a":1', '{"a":1}}', '{"a" 1}', '[1,2', 'nope', '{"a":01}', "{'a':1}", '{"a":1,}', '<html></html>', '{"a":"\n"}', '{\n  "a": 1,\n  oops\n}']) {
    const res = http.post(url, text);
    try {
      say(`whole ${JSON.stringify(text)} gives`, res.json());
    } catch (e) {
      console.log(`whole ${JSON.stringify(text)} throws`, e instanceof Error, /cannot parse json/.test(e.message), /line \d+, character \d+/.test(e.message));
    }
    try {
      say(`a of ${JSON.stringify(text)} gives`, res.json('a'));
    } catch (e) {
      console.log(`a of ${JSON.stringify(text)} throws`);
    }
  }
  const empty = http.get(`${__ENV.BASE_URL}/status/204`);
  for (const selector of [undefined, 'a']) {
    try {
      say('204 gives', empty.json(selector));
    } catch (e) {
      console.log('204 throws', String(e.message).includes('body is null'));
    }
  }
  const refused = http.get(`${__ENV.REFUSED_URL}/`);
  try {
    say('refused gives', refused.json());
  } catch (e) {
    console.log('refused throws', String(e.message).includes('body is null'));
  }
}
