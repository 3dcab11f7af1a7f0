/* parity
title: ES modules: named, default, namespace, re-exports, cycles, loaded once, live bindings, CommonJS from ES, JSON by open
points: 8
console: distinct
*/
import defaulted, { value, change, makeCounter as make } from './values.js';
import * as values from './values.js';
import { value as again } from './sub/../values.js';
import { fromA, askB } from './cycle-a.js';
import { renamed, star, default as reDefault, all } from './reexports.js';
import common, { named as commonNamed } from './common.cjs.js';
import * as commonAll from './common.cjs.js';
import './effects.js';
import './effects.js';
import { say } from '../../_lib/answer.js';

const required = require('./common.cjs.js');
const requiredModule = require('./values.js');

say('in init', [value, again, defaulted('x'), values.value]);

export default function () {
  say('namespace', Object.keys(values).sort());
  change('changed');
  say('live bindings', [value, values.value, again]);
  const counter = make();
  say('counter', [counter(), counter()]);
  say('cycle', [fromA(), askB()]);
  say('re-exports', [renamed, star, reDefault('y'), Object.keys(all).sort()]);
  say('common', [common.named, commonNamed, Object.keys(common).sort(), commonAll.named]);
  say('required', [required.named, required === common, required.filename, required.kind]);
  say('required module', [typeof requiredModule.default, requiredModule.value]);
  say('effects', globalThis.effects);
  try { value = 'x'; console.log('written'); } catch (e) { console.log('bindings cannot be written', e.constructor.name); }
  try { values.value = 'x'; console.log('written'); } catch (e) { console.log('namespaces cannot be written', e.constructor.name); }
}
