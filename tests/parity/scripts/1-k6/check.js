/* parity
title: check with functions, plain values, several values a call, tags; what it returns and counts
points: 1, 9
*/
import { check, group } from 'k6';

const say = (name, value) => console.log(name, JSON.stringify(value));

export default function () {
  say('all pass', check(5, { 'is five': (v) => v === 5, 'is number': (v) => typeof v === 'number' }));
  say('one fails', check('x', { 'is x': (v) => v === 'x', 'is y': (v) => v === 'y' }));
  say('plain true', check(null, { 'plain true': true, 'plain text': 'yes', 'plain number': 1, 'plain object': {}, 'plain array': [] }));
  say('plain false', check(null, { 'plain false': false, 'plain empty text': '', 'plain zero': 0, 'plain null': null, 'plain undefined': undefined, 'plain NaN': NaN }));
  say('truthy results', check(1, { 'gives text': () => 'a', 'gives object': () => ({}), 'gives 1': () => 1 }));
  say('falsy results', check(1, { 'gives nothing': () => {}, 'gives zero': () => 0, 'gives empty': () => '' }));
  say('no sets', check(1, {}));
  say('tags', check(1, { tagged: (v) => v === 1 }, { shop: 'north', number: 7, yes: true }));
  say('tags fail', check(1, { tagged: (v) => v === 2 }, { shop: 'south' }));
  say('same name twice', [check(1, { twice: true }), check(1, { twice: false }), check(1, { twice: true })]);
  say('undefined value', check(undefined, { 'is undefined': (v) => v === undefined }));
  group('shop', () => {
    say('in a group', check({ a: 1 }, { 'has a': (o) => o.a === 1, 'has b': (o) => 'b' in o }));
  });
  // A checker sees the very value, not a copy.
  const thing = { seen: 0 };
  check(thing, { 'touches the value': (t) => { t.seen += 1; return true; } });
  say('seen', thing.seen);
  // The order of keys is the order of calls.
  const order = [];
  check(1, { b: () => order.push('b'), a: () => order.push('a'), c: () => order.push('c') });
  say('order', order);
  // `this` and the number of arguments.
  let count = -1;
  check(1, { 'arguments': function () { count = arguments.length; return true; } });
  say('arguments', count);
  // An array of sets.
  say('array as sets', check(1, [(v) => v === 1, () => true]));
  say('name with space at ends', check(1, { '  spaced  ': true, '': true, 'ünïcödé ✓': true, 'line\nend': true }));
}
