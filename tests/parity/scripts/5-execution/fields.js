/* parity
title: k6/execution: every field in setup, iterations and teardown; kinds and ranges
points: 5
args: --vus 2 --iterations 4
console: sorted
*/
import exec from 'k6/execution';
import { say } from '../_lib/answer.js';

const kinds = (object) => Object.keys(object).sort().map((key) => {
  try { return [key, typeof object[key]]; } catch (e) { return [key, 'throws']; }
});

export function setup() {
  say('setup keys', Object.keys(exec).sort());
  say('setup instance', kinds(exec.instance));
  say('setup vu', [exec.vu.idInInstance, exec.vu.idInTest, __VU]);
  try { say('setup scenario', exec.scenario.name); } catch (e) { console.log('setup scenario throws'); }
  try { say('setup iteration', exec.vu.iterationInInstance); } catch (e) { console.log('setup iteration throws'); }
  try { say('setup iteration in scenario', exec.vu.iterationInScenario); } catch (e) { console.log('setup iteration in scenario throws'); }
  say('setup tags', exec.vu.metrics.tags);
  return { at: Date.now() };
}

export default function (data) {
  say('instance', kinds(exec.instance));
  say('scenario', kinds(exec.scenario));
  say('vu', kinds(exec.vu));
  say('test', kinds(exec.test));
  say('name', [exec.scenario.name, exec.scenario.executor]);
  say('started', [exec.scenario.startTime <= Date.now(), Date.now() - exec.scenario.startTime < 20000, exec.scenario.startTime >= data.at]);
  say('progress', exec.scenario.progress >= 0 && exec.scenario.progress <= 1);
  say('iteration of the scenario', [exec.scenario.iterationInTest === exec.scenario.iterationInInstance, exec.scenario.iterationInTest >= 0, exec.scenario.iterationInTest < 4]);
  console.log('took iteration', exec.scenario.iterationInTest);
  say('ids', [exec.vu.idInInstance === __VU, exec.vu.idInTest === __VU, __VU >= 1 && __VU <= 2]);
  say('iteration of the VU', [exec.vu.iterationInInstance === __ITER, exec.vu.iterationInScenario === __ITER]);
  say('counts', [exec.instance.vusInitialized, exec.instance.vusActive >= 1 && exec.instance.vusActive <= 2, exec.instance.iterationsInterrupted, exec.instance.iterationsCompleted < 4]);
  say('duration', exec.instance.currentTestRunDuration >= 0 && exec.instance.currentTestRunDuration < 20000);
  try { exec.vu.idInTest = 7; say('written', exec.vu.idInTest === __VU); } catch (e) { console.log('writing throws'); }
  try { exec.scenario.name = 'x'; say('written', exec.scenario.name); } catch (e) { console.log('writing a name throws'); }
}

export function teardown() {
  say('teardown', [exec.vu.idInInstance, __VU]);
  try { say('teardown scenario', exec.scenario.name); } catch (e) { console.log('teardown scenario throws'); }
  try { say('teardown tags', exec.vu.metrics.tags); } catch (e) { console.log('teardown tags throws'); }
  try { say('teardown options', exec.test.options.vus); } catch (e) { console.log('teardown options throws'); }
}
