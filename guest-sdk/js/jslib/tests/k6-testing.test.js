// Tests of k6-testing.js: k6 run k6-testing.test.js
//
// A failed hard assertion would end the test, hence failures are looked for with soft ones that
// throw.
import { expect } from '../k6-testing.js';
import { ONCE, guarded, same, throws } from './support.js';

export const options = ONCE;

const plain = expect.configure({ softMode: 'throw', colorize: false });

/** The name of the error and its text, '' where it passes. */
function failure(fn) {
  try {
    fn();
  } catch (e) {
    return `${e.name} ${e.message}`;
  }
  return '';
}

const passes = (name, fn) => same(name, failure(fn), '');
const fails = (name, fn) => same(`${name} fails`,
  failure(fn).startsWith('AssertionFailedError'), true);

export default guarded(() => {
  matching();
  negated();
  texts();
  same('configure', [typeof expect.configure({ timeout: 1 }).soft, expect.configure({}) === expect],
    ['function', false]);
  throws('a browser matcher', () => expect(1).toBeVisible(), 'no browser');
  throws('no number', () => expect('1').toBeGreaterThan(0), 'needs numbers');
  throws('no list', () => expect(5).toContain(1), 'needs an array or a set');
  throws('no length', () => expect(5).toHaveLength(1), 'needs a length');
});

function matching() {
  const object = { a: { b: [42] }, c: true };
  // [name of the matcher, value, arguments that match, arguments that do not]
  const cases = [
    ['toBe', 42, [42], [43]], ['toBe', NaN, [NaN], [0]], ['toBe', 0, [0], [-0]],
    ['toBe', object, [object], [{ ...object }]],
    ['toEqual', { a: 1, u: undefined }, [{ a: 1 }], [{ a: 2 }]],
    ['toEqual', [1, [2]], [[1, [2]]], [[1, [3]]]],
    ['toEqual', new Map([['k', { v: 1 }]]), [new Map([['k', { v: 1 }]])], [new Map()]],
    ['toEqual', new Date(5), [new Date(5)], [new Date(6)]],
    ['toBeCloseTo', 0.1 + 0.2, [0.3], [0.4]], ['toBeCloseTo', 1.005, [1.01, 1], [1.02, 2]],
    ['toBeGreaterThan', 2, [1], [2]], ['toBeGreaterThanOrEqual', 2, [2], [3]],
    ['toBeLessThan', 2, [3], [2]], ['toBeLessThanOrEqual', 2, [2], [1]],
    ['toBeInstanceOf', [], [Array], [Map]],
    ['toContain', 'hello', ['ell'], ['world']], ['toContain', [1, 2], [2], [3]],
    ['toContain', new Set(['x']), ['x'], ['y']],
    ['toContainEqual', [{ a: 1 }], [{ a: 1 }], [{ a: 2 }]],
    ['toHaveLength', 'abc', [3], [2]], ['toHaveLength', [1], [1], [0]],
    ['toHaveProperty', object, ['a.b[0]'], ['a.x']],
    ['toHaveProperty', object, ['a.b[0]', 42], ['a.b[0]', 43]],
    ['toHaveProperty', object, [['a', 'b']], [['a', 'c']]],
    ['toHaveProperty', object, ['a', { b: [42] }], ['a', {}]],
  ];
  cases.forEach(([name, value, yes, no], i) => {
    passes(`${name} ${i}`, () => plain.soft(value)[name](...yes));
    fails(`${name} ${i}`, () => plain.soft(value)[name](...no));
  });
  const simple = {
    toBeDefined: [0, undefined], toBeFalsy: ['', 'x'], toBeNaN: [NaN, 1], toBeNull: [null, 0],
    toBeTruthy: [1, 0], toBeUndefined: [undefined, null],
  };
  for (const name of Object.keys(simple)) {
    passes(name, () => plain.soft(simple[name][0])[name]());
    fails(name, () => plain.soft(simple[name][1])[name]());
  }
}

function negated() {
  passes('hard assertions that hold', () => {
    expect(1).toBe(1);
    expect(1).not.toBe(2);
    expect('a').not.toContain('b');
    expect({ a: 1 }).not.toHaveProperty('b');
    expect.soft(1).toBeTruthy();
  });
  fails('not.toBe', () => plain.soft(1).not.toBe(1));
  fails('not.toBeNull', () => plain.soft(null).not.toBeNull());
}

function texts() {
  const object = { a: { b: [42] } };
  const block = failure(() => plain.soft(object, 'Custom message').toHaveProperty('a.b[0]', 43));
  const lines = block.split('\n').map((line) => line.trim());
  same('a message of its own', lines.includes('Error: Custom message'), true);
  same('what was expected', [lines.includes('Property path: a.b[0]'),
    lines.includes('Expected property to equal: 43'),
    lines.includes('Received object: {"a":{"b":[42]}}')], [true, true, true]);
  same('where', lines.includes('Filename: k6-testing.test.js'), true);
  const inline = plain.configure({ display: 'inline' });
  const line = failure(() => inline.soft(1).not.toBe(1));
  same('inline', [line.split('\n').length,
    line.includes('error=expect(received).not.toBe(expected)'), line.includes('expected=1 received=1')], [1, true, true]);
  const colored = expect.configure({ softMode: 'throw' });
  same('colors', failure(() => colored.soft(1).toBe(2)).includes('\x1b[32m2\x1b[0m'), true);
}
