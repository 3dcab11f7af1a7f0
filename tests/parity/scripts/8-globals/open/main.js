/* parity
title: open: text, bytes, paths, missing files, folders, outside of init, from a module below
points: 8, 10
console: distinct
*/
import { attempt, say } from '../../_lib/answer.js';
import { below, openFor } from './sub/below.js';

const text = open('./data.txt');
const same = open('data.txt');
const up = open('../open/sub/deep.txt');
const bytes = open('./data.bin', 'b');
const json = JSON.parse(open('./data.json'));
const binary_as_text = open('./data.bin');
const by_module = ['./data.txt', './deep.txt'].map(openFor);

attempt('missing', () => open('./nothing.txt'), 'nothing.txt');
attempt('folder', () => open('./sub'));
attempt('empty', () => open(''));
attempt('nothing', () => open());
attempt('undefined', () => open(undefined));
attempt('other mode', () => typeof open('./data.txt', 'r'));
attempt('null mode', () => typeof open('./data.txt', null));

export default function () {
  say('text', [text, same === text, up, below]);
  say('bytes', [bytes instanceof ArrayBuffer, Array.from(new Uint8Array(bytes))]);
  say('json', json);
  say('binary as text', [binary_as_text.length, binary_as_text[0]]);
  say('by a function of a module below', by_module);
  attempt('in an iteration', () => open('./data.txt'), 'init');
}
