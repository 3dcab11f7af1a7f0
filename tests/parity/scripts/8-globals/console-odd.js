/* parity
title: console: functions, symbols, big integers, cycles, promises, proxies, getters that throw
points: 8, 10
args: --verbose
allow: console function because newer k6 prints [object Function] for functions, not null
allow: console arrow because newer k6 prints [object Function] for functions, not null
allow: console class because newer k6 prints [object Function] for functions, not null
allow: console native because newer k6 prints [object Function] for functions, not null
allow: console cycle because newer k6 prints [Circular] for cycles, not [object Object]
*/
const attempt = (name, value) => {
  try {
    console.log(name, value);
  } catch (e) {
    console.log(name, 'throws', e.constructor.name);
  }
};

export default function () {
  console.debug('debug is shown');
  attempt('function', function named() {});
  attempt('arrow', () => 1);
  attempt('class', class A {});
  attempt('native', Math.max);
  attempt('bigint', 5n);
  attempt('bigint in an object', { n: 5n });
  const cycle = { name: 'cycle' };
  cycle.self = cycle;
  attempt('cycle', cycle);
  attempt('the same twice', (() => { const o = { x: 1 }; return [o, o]; })());
  attempt('promise', Promise.resolve(1));
  attempt('proxy', new Proxy({ a: 1 }, {}));
  attempt('getter', { get a() { return 'got'; } });
  attempt('getter that throws', { get a() { throw new Error('no'); } });
  attempt('toJSON that throws', { toJSON() { throw new Error('no'); } });
  attempt('toString of its own', { toString() { return 'own text'; } });
  attempt('globalThis is an object', typeof globalThis);
  attempt('math', Math);
  attempt('json', JSON);
  attempt('arguments', (function () { return arguments; })(1, 'b'));
  attempt('weak map', new WeakMap());
  attempt('generator', (function* () {})());
  console.log('deep', JSON.parse('['.repeat(50) + ']'.repeat(50)));
  console.log('long', 'x'.repeat(5000).length);
  console.log('x'.repeat(5000));
}
