/* parity
title: k6/execution by named and namespace imports
points: 5, 8
*/
import { scenario, instance, test, vu } from 'k6/execution';
import * as all from 'k6/execution';
import exec from 'k6/execution';
import { say } from '../_lib/answer.js';

export default function () {
  say('named', [scenario.name, vu.idInTest, typeof instance.vusActive, typeof test.abort]);
  say('namespace', [all.scenario.name, all.vu.iterationInInstance]);
  say('default', [exec.scenario.name, Object.keys(exec).sort()]);
}
