/* parity
title: SharedArray: reading, length, iteration, immutability, methods, several arrays and VUs
points: 4
args: --vus 2 --iterations 2
console: sorted distinct
*/
import { SharedArray } from 'k6/data';
import { attempt, say } from '../_lib/answer.js';

const users = new SharedArray('users', () => [
  { name: 'ann', age: 31, nets: ['a', 'b'], deep: { er: { est: 1 } } },
  { name: 'bob', age: 42, nets: [] },
  'text', 5, null, true, [1, [2]], { when: new Date(0), nothing: undefined, f: () => 1 },
]);
const again = new SharedArray('users', () => { throw new Error('must not be called'); });
const empty = new SharedArray('empty', () => []);
const big = new SharedArray('big', () => Array.from({ length: 1000 }, (_, i) => ({ i, text: `item ${i}` })));

export default function () {
  say('length', [users.length, again.length, empty.length, big.length]);
  say('items', [users[0], users[1], users[2], users[3], users[4], users[5], users[6], users[7]]);
  say('beyond', [users[8], users[-1], users['x'], users[1.5], users['0'] && users['0'].name]);
  say('same name, same data', again[0].name);
  say('big', [big[999].i, big[500].text]);
  const names = [];
  for (const user of users) names.push(typeof user === 'object' && user ? user.name : user);
  say('for of', names);
  const indexes = [];
  for (const i in empty) indexes.push(i);
  for (const i in users) indexes.push(i);
  say('for in', indexes);
  say('forEach', (() => { const seen = []; users.forEach((user, i) => seen.push([typeof user, i])); return seen; })());
  say('map', big.map((item) => item.i * 2).slice(0, 3));
  say('filter', big.filter((item) => item.i > 997).map((item) => item.text));
  say('find', [big.find((item) => item.i === 7).text, big.findIndex((item) => item.i === 7), users.indexOf('text'), users.includes(5)]);
  say('reduce', big.reduce((sum, item) => sum + item.i, 0));
  say('some, every', [users.some((u) => u === 5), users.every((u) => u !== undefined)]);
  say('slice', users.slice(2, 4));
  say('spread', [...users].length);
  say('join', users.slice(2, 6).join('-'));
  say('kinds', [Array.isArray(users), users instanceof Array, typeof users]);
  say('json', JSON.stringify(users.slice(0, 2)));
  say('keys', Object.keys(users));
  say('has', [0 in users, 8 in users, 'length' in users]);
  say('another object each time', users[0] === users[0]);
  attempt('set an item', () => { users[0] = 1; }, 'immutable');
  attempt('set a property of an item', () => { users[0].name = 'changed'; });
  attempt('set a deep property', () => { users[0].deep.er.est = 2; });
  attempt('push into an item', () => users[0].nets.push('c'));
  attempt('delete of an item', () => delete users[0].name);
  attempt('push', () => users.push(1), 'immutable');
  attempt('pop', () => users.pop(), 'immutable');
  attempt('sort', () => users.sort(), 'immutable');
  attempt('reverse', () => users.reverse(), 'immutable');
  attempt('length', () => { users.length = 0; }, 'immutable');
  attempt('delete', () => delete users[0], 'immutable');
  attempt('property', () => { users.own = 1; });
  say('still', [users.length, users[0].name, users[0].deep.er.est, users[0].nets]);
  attempt('in an iteration', () => new SharedArray('late', () => []).length, 'init context');
}
