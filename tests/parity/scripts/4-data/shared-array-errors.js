/* parity
title: SharedArray: wrong arguments and results
points: 4, 10
console: distinct
*/
import { SharedArray } from 'k6/data';
import { attempt } from '../_lib/answer.js';

attempt('empty name', () => new SharedArray('', () => []), 'empty name');
attempt('no name', () => new SharedArray().length);
attempt('undefined name', () => new SharedArray(undefined, () => [1]).length);
attempt('number as a name', () => new SharedArray(5, () => [1, 2]).length);
attempt('no function', () => new SharedArray('a'));
attempt('text as a function', () => new SharedArray('b', 'text'));
attempt('object', () => new SharedArray('c', () => ({ a: 1 })), 'array');
attempt('text', () => new SharedArray('d', () => 'text'));
attempt('nothing', () => new SharedArray('e', () => {}));
attempt('null', () => new SharedArray('f', () => null));
attempt('async', () => new SharedArray('g', async () => [1]));
attempt('throws', () => new SharedArray('h', () => { throw new RangeError('from inside'); }), 'from inside');
attempt('circular', () => { const a = {}; a.a = a; return new SharedArray('i', () => [a]).length; });
attempt('undefined items', () => [...new SharedArray('k', () => [undefined, () => 1, 1])].length);
attempt('typed array', () => new SharedArray('l', () => new Uint8Array(3)).length);

export default function () {
  console.log('ran');
}
