/* parity
title: console: levels, every sort of value, several arguments
points: 8
*/
import http from 'k6/http';

export default function () {
  console.log('text');
  console.info('info');
  console.warn('warning');
  console.error('error');
  console.debug('debug is not shown without --verbose');
  console.log();
  console.log('');
  console.log('two', 'texts');
  console.log('a', 1, true, null, undefined, [1], { a: 1 });
  console.log(0, -0, 1.5, 1e21, 1e-7, NaN, Infinity, 123456789012);
  console.log(true, false, null);
  console.log(undefined);
  console.log({});
  console.log([]);
  console.log({ a: 1, b: 'two', c: [1, 'x', null], d: { e: { f: {} } }, 'key with space': undefined, n: null });
  console.log([1, 'two', [3, [4]], { a: 1 }, null, undefined]);
  console.log('object after', { a: 'text "quoted"' });
  console.log({ text: 'line\nend', tab: '\t', unicode: 'ü ✓ 𝄞', html: '<a&b>' });
  console.log('line\nend\ttab "quoted" \\ ü ✓ 𝄞 <a&b>');
  console.log('%s is %d', 'format', 5);
  console.log('100%', '%o', {});
  console.log({ f() {}, g: () => 1, h: class A {} });
  console.log(Symbol('s').toString());
  console.log(new Date(0));
  console.log({ when: new Date(0) });
  console.log([new Date(86400000)]);
  console.log({ toJSON() { return { own: 'json' }; } });
  console.log(new Error('an error'));
  console.log({ inner: new TypeError('inner error') });
  console.log(new Map([['a', 1]]), new Set([1, 2]));
  console.log(new Uint8Array([1, 2, 3]));
  console.log(new Uint8Array([1, 2, 3]).buffer);
  console.log(/reg(ex)p/g);
  console.log(Object(5), Object('s'), Object(true));
  console.log(Object.create(null));
  console.log(Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } }));
  class Point { constructor() { this.x = 1; this.y = 2; } }
  console.log(new Point());
  console.log(new Array(3), [1, , 3]);
  console.log({ nan: NaN, inf: Infinity, neg: -0, big: 1e300 });
  console.log(http.get(`${__ENV.BASE_URL}/json`).json('items.0.tags'));
  console.log('end');
}
