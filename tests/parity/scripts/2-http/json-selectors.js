/* parity
title: Response.json with queries, wildcards, escapes, modifiers, counts and pipes
points: 2
*/
import http from 'k6/http';
import { attempt, say } from '../_lib/answer.js';

const doc = { 'a.b': 1, list: [{ n: 'x', v: 1, tags: ['p', 'q'] }, { n: 'y', v: 22, tags: [] }, { n: 'xyz', v: 3.5 }], deep: { er: { est: [[1, 2], [3]] }, 'sp ace': true }, big: 12345678901234567, text: 'ü"\\', nothing: null, 'wild1': 'w1', 'wild2': 'w2' };

export default function () {
  const res = http.post(`${__ENV.BASE_URL}/mirror`, JSON.stringify(doc), { headers: { 'Content-Type': 'application/json' } });
  for (const path of ['a\\.b', 'list.#', 'list.0.n', 'list.-1', 'list.9', 'list.#.n', 'list.#(v>2).n', 'list.#(v>2)#.n', 'list.#(n%"x*")#.v', 'list.#(n!%"x*").v', 'list.#(n=="y").tags', 'list.#.tags.0', 'deep.er.est.0.1', 'deep.er.est.#', 'deep.sp ace', 'wild*', 'wil?2', 'nothing', 'text', 'missing', 'list.#(v<0)#', 'deep.er.est|0', 'list|#', 'list.@reverse.0.n', '@this.wild1', 'deep|@ugly', 'list.#.v|@reverse', '{wild1,wild2}', '[wild1,big]', 'list.1.tags', '']) {
    attempt(path, () => res.json(path));
  }
  say('twice', res.json('list.0') === res.json('list.0'));
}
