/* parity
title: k6/execution in the init context: what throws there
points: 5, 10
console: distinct
*/
import exec from 'k6/execution';
import { attempt } from '../_lib/answer.js';

attempt('scenario', () => exec.scenario.name, 'init context');
attempt('instance', () => exec.instance.vusActive, 'init context');
attempt('vu id', () => typeof exec.vu.idInTest);
attempt('vu tags', () => typeof exec.vu.metrics.tags, 'init context');
attempt('test options', () => exec.test.options.vus, 'init context');
attempt('test fail', () => typeof exec.test.fail);
attempt('named', () => Object.keys(exec).sort());

export default function () {
  console.log('ran');
}
