/* parity
title: the language: syntax of the years to 2023, built-in methods, regular expressions, dates, numbers
points: 8
*/
import { attempt, say } from '../_lib/answer.js';

class Base { #hidden = 1; static count = 0; static { Base.count += 5; } get hidden() { return this.#hidden; } has(o) { return #hidden in o; } }
class Derived extends Base { field = this.hidden + 1; static of(...args) { return new this(...args); } }
function* numbers() { yield 1; const got = yield 2; return got; }

export default function () {
  const o = { a: { b: null }, f() { return this.a; }, ['com' + 'puted']: 1, get g() { return 'g'; } };
  say('operators', [o?.a?.b?.c, o.a.b ?? 'default', o.x?.(), 2 ** 10, 7 % -3, -7 % 3, typeof null, void 0]);
  let n = null; n ??= 5; let m = 0; m ||= 6; let k = 1; k &&= 7;
  say('assignments', [n, m, k]);
  const { a: { b = 'x' }, ...rest } = o;
  const [first, , third = 3, ...others] = [1, 2, undefined, 4, 5];
  say('destructuring', [b, Object.keys(rest).sort(), first, third, others]);
  say('classes', [new Derived().field, Base.count, Derived.of().hidden, new Base().has(new Derived()), new Derived() instanceof Base, Derived.name]);
  const it = numbers();
  say('generators', [it.next(), it.next(), it.next('got'), it.next(), [...numbers()]]);
  say('arrays', [[3, 1, 2].toSorted(), [1, 2, 3].at(-1), [1, [2, [3]]].flat(Infinity), [1, 2].flatMap((x) => [x, x]), [1, 2, 3].findLast((x) => x < 3), [1, 2, 3].with(1, 9), [1, 2, 3].toReversed(), Array.from({ length: 2 }, (_, i) => i), [1, 2, 3, 4].copyWithin(0, 2), [10, 9, 1].sort()]);
  say('strings', ['abc'.at(-1), 'a-b-c'.replaceAll('-', '+'), 'x'.padStart(3, 'ab'), ' t '.trim(), 'abc'.includes('b'), 'ß'.toUpperCase(), 'İ'.toLowerCase().length, '𝄞'.length, [...'𝄞x'].length, 'e\u0301'.normalize('NFC').length, 'a,b'.split(','), `${1 + 1}`, String.raw`\n`, 'abc'.localeCompare('abd'), 'z'.codePointAt(0)]);
  say('objects', [Object.entries({ x: 1, 2: 'two', 1: 'one' }), Object.fromEntries([['k', 'v']]), Object.hasOwn({ z: 1 }, 'z'), { ...{ p: 1 }, q: 2 }, Object.keys('ab'), Object.getOwnPropertyNames(class { static s() {} }).sort()]);
  say('numbers', [0.1 + 0.2, 1e21, 1e-7, 123456789012345680000, -0, 1 / 3, Number.MAX_SAFE_INTEGER, (255).toString(16), (0.5).toString(2), (1234.5678).toFixed(2), (0.000001234).toPrecision(3), 1e3.toExponential(), parseInt('12px'), parseFloat('.5e1x'), Number(''), Number('0x1f'), Number('1_000'), 1_000, Math.round(-0.5), Math.max(), Math.hypot(3, 4), Math.trunc(-1.7), Math.clz32(1), Math.fround(5.5), Math.sign(-3), (25).toString(36)]);
  say('bigint', [String(2n ** 64n), String(-7n / 2n), typeof 1n, 5n > 4, String(BigInt.asUintN(8, 257n))]);
  say('dates', [new Date(0).toISOString(), new Date('2024-02-29T12:00:00Z').getTime(), new Date(2024, 0, 31).getMonth(), Date.UTC(2020, 1, 29), new Date('nonsense').getTime(), JSON.stringify(new Date(1e12)), new Date('2024-01-01').getTime(), new Date(Date.UTC(2024, 5, 1)).toUTCString()]);
  say('regexps', ['2024-05-06'.match(/(\d+)-(\d+)/)[2], 'aBc'.replace(/b/i, (x) => `[${x}]`), [...'a1b22'.matchAll(/\d+/g)].map((x) => x[0]), /(?<=\$)\d+/.exec('cost $42')[0], 'x\ny'.match(/^y$/m).index, /a.b/s.test('a\nb'), 'aaa'.lastIndexOf('a'), /(a)|(b)/.exec('b'), 'abc'.replace(/(a)(b)/, '$2$1$&$$'), /^(?:a+)+$/.test('aaab'), /\u{1d11e}/u.test('𝄞'), /x/y.sticky, 'a b  c'.split(/\s+/)]);
  say('collections', [[...new Set([1, 1, 2])], [...new Map([['a', 1]])], new Map([[NaN, 'nan']]).get(NaN), new WeakMap().has({}), new Set([1, 2]).size]);
  say('json', [JSON.stringify({ u: undefined, f() {}, s: Symbol('x'), n: NaN, i: Infinity, d: null, a: [undefined, () => 1] }), JSON.stringify({ a: [1, { b: 2 }] }, null, 2), JSON.parse('{"a":[1,2]}', (key, value) => (key === '0' ? 'zero' : value)).a, JSON.stringify('\u2028\ud800"'), JSON.stringify({ toJSON() { return 'own'; } })]);
  say('symbols', [Symbol('s').description, Symbol.for('x') === Symbol.for('x'), Object(1) instanceof Number, typeof Symbol.iterator, String(Symbol('t'))]);
  say('proxies', [new Proxy({}, { get: (_, key) => `got ${String(key)}` }).anything, Reflect.ownKeys({ b: 1, a: 2, 1: 3 }), Reflect.has({ a: 1 }, 'a')]);
  say('typed', [Array.from(new Uint8Array([1, 256, -1])), Array.from(new Float32Array([0.1])), new DataView(new Uint8Array([1, 2]).buffer).getUint16(0), new Uint8ClampedArray([300])[0], new Uint16Array(2).byteLength, new Uint8Array([1, 2, 3]).subarray(1).length]);
  say('functions', [((a, b = 2, ...c) => 1).length, function named() {}.name, (() => {}).name, new Function('a', 'return a * 2')(4), typeof (async () => {}), (function () { return typeof this; })(), [1, 2].map(String)]);
  say('errors', [new Error('m', { cause: 'c' }).cause, new RangeError('r').name, String(new TypeError('t')), Object.prototype.toString.call(new Error('x')), typeof new Error('x').stack, new AggregateError([1], 'many').errors]);
  attempt('const', () => { const c = 1; return (() => { c = 2; })(); });
  attempt('frozen', () => { const f = Object.freeze({ a: 1 }); f.a = 2; });
  attempt('undefined variable', () => nothing_like_this);
  attempt('TDZ', () => { const f = () => later; const x = f(); const later = 1; return x; });
  attempt('null property', () => null.x);
  attempt('not a function', () => ({}).x());
  attempt('new of no class', () => new (() => {})());
  attempt('bad length', () => new Array(-1));
  attempt('bad JSON', () => JSON.parse('{bad'));
  attempt('bad regexp', () => new RegExp('('));
  attempt('bad URI', () => decodeURIComponent('%'));
  say('URI', [encodeURIComponent('a b&ü/?'), encodeURI('a b&ü/?'), decodeURIComponent('%C3%BC'), escape('ü'), unescape('%FC')]);
  label: for (let x = 0; x < 3; x++) { for (let y = 0; y < 3; y++) { if (y === 1) continue label; if (x === 2) break label; } }
  say('kinds of error', ['x.y.z', 'null.f', '(void 0)()', 'new Array(-1)', 'decodeURI("%")', 'eval("{")'].map((code) => { try { eval(code); } catch (e) { return e.constructor.name; } }));
}
