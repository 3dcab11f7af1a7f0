/* parity
title: a CommonJS main script: module.exports, exports, require of built-ins and files, cycles
points: 8
console: distinct
*/
const http = require('k6/http');
const { check, group } = require('k6');
const { Counter } = require('k6/metrics');
const lib = require('./lib.js');
const again = require('./lib.js');
const es = require('./es.js');

const counter = new Counter('from_commonjs');

module.exports.options = { iterations: 2, vus: 1 };

module.exports.setup = () => ({ from: 'setup' });

module.exports.default = function (data) {
  console.log('data', JSON.stringify(data), __ITER);
  const res = http.get(`${__ENV.BASE_URL}/status/200`);
  console.log('check', check(res, { ok: (r) => r.status === 200 }));
  group('g', () => counter.add(1));
  console.log('lib', lib.name, lib === again, lib.count(), lib.other.name, typeof lib.other.back);
  console.log('es', es.default, es.named, Object.keys(es).sort().join());
  try { require('./lib.js'); console.log('required'); } catch (e) { console.log('require in an iteration throws', String(e.message).includes('init')); }
};
