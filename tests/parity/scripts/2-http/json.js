/* parity
title: Response.json with and without selectors, many paths
points: 2
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

const document = {
  name: { first: 'Tom', last: 'Anderson' },
  age: 37, big: 9007199254740993, float: 1.5e3, negative: -0.25,
  children: ['Sara', 'Alex', 'Jack'],
  'fav.movie': 'Deer Hunter',
  nothing: null, yes: true, no: false, empty: '', none: [], blank: {},
  friends: [
    { first: 'Dale', last: 'Murphy', age: 44, nets: ['ig', 'fb', 'tw'] },
    { first: 'Roger', last: 'Craig', age: 68, nets: ['fb', 'tw'] },
    { first: 'Jane', last: 'Murphy', age: 47, nets: ['ig', 'tw'] },
  ],
  unicode: 'grüße ✓ 𝄞 "quoted" \\ \n',
};
const paths = [
  'name', 'name.first', 'name.last', 'age', 'big', 'float', 'negative', 'children', 'children.#', 'children.0',
  'children.1', 'children.9', 'child*.2', 'c?ildren.0', 'fav\\.movie', 'friends.#.first', 'friends.1.last',
  'friends.#(last=="Murphy").first', 'friends.#(last=="Murphy")#.first', 'friends.#(age>45)#.last',
  'friends.#(first%"D*").last', 'friends.#(first!%"D*").last', 'friends.#(nets.#(=="fb"))#.first', 'friends.#(age<=47)#.age',
  'friends.#(first!="Dale")#.first', 'friends.#', 'friends.#.nets', 'friends.#.nets.#', 'friends.#.nets.0', 'friends.0.nets.1',
  'nothing', 'yes', 'no', 'empty', 'none', 'blank', 'none.#', 'none.0', 'missing', 'missing.deep', 'name.first.deep',
  'unicode', 'name.@this', '@this.age', 'children.@reverse', 'children|0', 'friends|#.first', 'friends.#.first|0',
  '{age,yes}', '[age,yes]', '{"years":age}', 'name.@keys', 'name.@values', 'children.@join', '@valid.age', 'friends.@flatten.0.age',
  '!"literal"', 'friends.#(none=="x")', 'friends.#(none=="x")#', 'children.#(=="Alex")', 'children.#(%"*a*")#', '..#', 'children.-1', '', ' ', '.', '#',
  'name.@pretty', 'name.@ugly', 'friends.1.@this|age', 'name.*', 'n*e.f*', 'NAME', 'name.first ',
];

export default function () {
  const url = `${__ENV.BASE_URL}/mirror`;
  const text = JSON.stringify(document).replace('9007199254740992', '9007199254740993');
  const res = http.post(url, text, { headers: { 'Content-Type': 'application/json' } });
  const whole = res.json();
  say('whole', whole);
  say('types', [typeof res.json('age'), typeof res.json('name'), Array.isArray(res.json('children')), res.json('nothing') === null]);
  for (const path of paths) {
    let got;
    try { got = res.json(path); } catch (e) { console.log(path, 'throws'); continue; }
    say(path, got);
  }
  // What is changed in one result: is it there in the next?
  whole.age = 1;
  say('changed', [res.json().age, res.json('age')]);
  for (const text of ['5', '"text"', 'null', 'true', '[1,[2,[3]]]', '{"a":{"b":{"c":[{"d":1}]}}}', ' {"a" : 1 } ']) {
    say(text, http.post(url, text).json());
  }
  say('list', [http.post(url, '[{"a":1},{"a":2}]').json('#.a'), http.post(url, '[1,2]').json('1'), http.post(url, '[1,2]').json('#')]);
  say('deep', http.post(url, '{"a":{"b":{"c":[{"d":1}]}}}').json('a.b.c.0.d'));
  say('twice the key', http.post(url, '{"a":1,"a":2}').json('a'));
  say('twice the key, whole', http.post(url, '{"a":1,"a":2}').json().a);
  say('undefined selector', http.post(url, '{"a":1}').json(undefined));
}
