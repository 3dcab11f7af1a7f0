// Tests of k6-utils.js: k6 run k6-utils.test.js
import { sleep } from 'k6';
import exec from 'k6/execution';
import {
  check, findBetween, getCurrentStageIndex, normalDistributionStages, parseDuration,
  randomIntBetween, randomItem, randomString, tagWithCurrentStageIndex,
  tagWithCurrentStageProfile, uuidv4,
} from '../k6-utils.js';
import { guarded, same, throws } from './support.js';

const ramping = (exe, stages) => ({ executor: 'ramping-vus', exec: exe, stages });

export const options = {
  scenarios: {
    pure: { executor: 'shared-iterations', iterations: 1, vus: 1, exec: 'pure' },
    waiting: { executor: 'shared-iterations', iterations: 1, vus: 1, exec: 'waiting' },
    index: ramping('index', [{ duration: '1s10ms', target: 1 }, { duration: '1s', target: 1 }]),
    up: ramping('up', [{ duration: '0.4s', target: 1 }]),
    down: ramping('profile', [{ duration: '0.5s', target: 2 }, { duration: '1s', target: 1 }]),
    steady: ramping('profile', [{ duration: '0.5s', target: 1 }, { duration: '1s', target: 1 }]),
  },
  thresholds: {
    checks: ['rate==1.0'], 'checks{which:promises}': ['rate==1.0'], iterations: ['count>=6'],
  },
};

export const pure = guarded(() => {
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const seen = new Set();
  for (let i = 0; i < 200; i += 1) {
    const a = uuidv4();
    const b = uuidv4(true);
    if (!UUID.test(a) || !UUID.test(b)) throw new Error(`no UUID: ${a} ${b}`);
    seen.add(a).add(b);
  }
  same('uuids differ', seen.size, 400);

  const ints = new Set();
  for (let i = 0; i < 500; i += 1) ints.add(randomIntBetween(-1, 2));
  same('randomIntBetween has both ends', [...ints].sort(), [-1, 0, 1, 2]);
  same('randomIntBetween of one', randomIntBetween(7, 7), 7);
  const items = new Set();
  for (let i = 0; i < 300; i += 1) items.add(randomItem(['a', 'b', 'c']));
  same('randomItem', [...items].sort(), ['a', 'b', 'c']);
  same('randomString', /^[a-z]{20}$/.test(randomString(20)), true);
  same('randomString charset', /^[xy!]{50}$/.test(randomString(50, 'xy!')), true);
  same('randomString of one', randomString(5, 'a'), 'aaaaa');
  same('randomString of none', randomString(0), '');

  const html = '<html><div>1</div><div>2</div><div>3</div></html>';
  same('findBetween', findBetween(html, '<div>', '</div>'), '1');
  same('findBetween repeat', findBetween(html, '<div>', '</div>', true), ['1', '2', '3']);
  same('findBetween no left', findBetween(html, '<p>', '</div>'), null);
  same('findBetween no right', findBetween(html, '<div>', '</p>'), null);
  same('findBetween none repeat', findBetween(html, '<p>', '</p>', true), []);
  same('findBetween same marks', findBetween('**a**b**', '**', '**'), 'a');
  same('findBetween quotes', findBetween('t="s k";', 't="', '"'), 's k');
  same('findBetween empty marks', findBetween('ab', '', '', true).length, 3);

  const stages = normalDistributionStages(10, 20, 5);
  same('normal targets', stages.map((s) => s.target), [1, 5, 10, 10, 5, 1, 0]);
  same('normal times', stages.map((s) => s.duration), ['4s', '3s', '3s', '3s', '3s', '3s', '4s']);
  const even = normalDistributionStages(100, 600);
  same('normal default is ten', even.length, 12);
  same('normal has one top', even.filter((s) => s.target === 100).length, 1);

  durations();
  throws('getCurrentStageIndex without stages', getCurrentStageIndex);
  throws('tagWithCurrentStageIndex without stages', tagWithCurrentStageIndex);
  throws('tagWithCurrentStageProfile without stages', tagWithCurrentStageProfile);
});

function durations() {
  const cases = {
    '1d5h31m20s9ms': 106280009, '5.2h': 18720000, '1d5.2h31m20s9ms': 107000009, '9.3ms': 9,
    1531209: 1531209, '9.h1.s': 32401000, '1s12': 1012, '1h-1s': 3601000, '-1h 1s': 3601000,
    0: 0, '0s': 0, '1m30s': 90000,
  };
  for (const text of Object.keys(cases)) {
    same(`parseDuration ${text}`, parseDuration(text), cases[text]);
  }
  for (const text of ['1s 1s 1s', '1w', '', 'abc', '5s!']) {
    throws(`parseDuration "${text}"`, () => parseDuration(text));
  }
}

export const waiting = guarded(async () => {
  const later = (value) => new Promise((done) => { setTimeout(() => done(value), 5); });
  same('check gives a boolean', check(3, { 'plain value': 1, three: (v) => v === 3 }), true);
  const promise = check(3, {
    'a promise': later(1),
    'an async function': async (v) => v === 3,
    'a function that gives a promise': () => later('x'),
    'a plain one beside': true,
  }, { which: 'promises' });
  same('check gives a promise', typeof promise.then, 'function');
  same('check waits', await promise, true);
  throws('check without checks', () => check(1, null));
  throws('check with a throwing name', () => check(1, { 'a::b': true }));
});

export const index = guarded(() => {
  same('the first stage', getCurrentStageIndex(), 0);
  tagWithCurrentStageIndex();
  same('the tag of the first stage', exec.vu.metrics.tags.stage, '0');
  sleep(1.2);
  same('the next stage', getCurrentStageIndex(), 1);
  tagWithCurrentStageIndex();
  same('the tag of the next stage', exec.vu.metrics.tags.stage, '1');
  sleep(1);
  same('the last stage, after its end', getCurrentStageIndex(), 1);
});

export const up = guarded(() => {
  tagWithCurrentStageProfile();
  same('a first stage is ramp-up', exec.vu.metrics.tags.stage_profile, 'ramp-up');
  sleep(0.5);
});

export const profile = guarded(() => {
  const name = exec.scenario.name;
  sleep(0.7);
  tagWithCurrentStageProfile();
  const want = { down: 'ramp-down', steady: 'steady' }[name];
  same(`profile ${name}`, exec.vu.metrics.tags.stage_profile, want);
  sleep(1);
});
