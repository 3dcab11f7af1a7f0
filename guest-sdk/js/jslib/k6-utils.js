// Stands for https://jslib.k6.io/k6-utils/1.0.0 - 1.6.0/index.js.
//
// The small helpers of load tests: random values, text between two marks, bell-shaped stages, tags
// by stage, and a check() that waits for promises. Nothing runs at load time, so that a module
// that only imports this file stays free of randomness and of the VU's identity.

import { check as k6Check } from 'k6';
import exec from 'k6/execution';
import { randomBytes } from 'k6/crypto';

const UNIT_MS = { d: 86400000, h: 3600000, m: 60000, s: 1000, ms: 1 };

/** A version 4 UUID; `secure` takes the bits from the system's generator, which is slower. */
export function uuidv4(secure = false) {
  let bytes;
  if (secure) {
    bytes = new Uint8Array(randomBytes(16));
  } else {
    bytes = new Uint8Array(16);
    for (let i = 0; i < 16; i += 1) bytes[i] = Math.random() * 256;
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  let text = '';
  for (let i = 0; i < 16; i += 1) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-';
    text += (bytes[i] + 256).toString(16).slice(1);
  }
  return text;
}

/** A whole number of the range, both ends included. */
export function randomIntBetween(min, max) {
  return Math.floor(Math.random() * (max - min + 1) + min);
}

/** One item of an array; undefined when it is empty. */
export function randomItem(arrayOfItems) {
  return arrayOfItems[Math.floor(Math.random() * arrayOfItems.length)];
}

/** A text of `length` characters, each one of `charset`. */
export function randomString(length, charset = 'abcdefghijklmnopqrstuvwxyz') {
  let text = '';
  for (let left = length; left > 0; left -= 1) {
    text += charset[Math.floor(Math.random() * charset.length)];
  }
  return text;
}

/**
 * The text between the marks `left` and `right`: the first one or null, with `repeat` all of them.
 *
 * k6's page speaks of an empty string where nothing is found, the library has given null.
 */
export function findBetween(content, left, right, repeat = false) {
  const found = [];
  let from = 0;
  // The bound is for empty marks, which would be found at the end for ever.
  while (from <= content.length) {
    const mark = content.indexOf(left, from);
    if (mark < 0) break;
    const start = mark + left.length;
    const end = content.indexOf(right, start);
    if (end < 0) break;
    const text = content.substring(start, end);
    if (!repeat) return text;
    found.push(text);
    from = Math.max(end + right.length, mark + 1);
  }
  return repeat ? found : null;
}

/**
 * Stages that follow a bell curve: up to its left end in a sixth of the time, `numberOfStages`
 * stages along the curve, and down to zero in the last sixth. Whole seconds, rounded up.
 */
export function normalDistributionStages(maxVus, durationSeconds, numberOfStages = 10) {
  const edge = `${Math.ceil(durationSeconds / 6)}s`;
  const inner = `${Math.ceil((durationSeconds * 4) / 6 / numberOfStages)}s`;

  // The curve is cut two standard deviations left and right of its top. An odd number of stages
  // has no point at the top, hence the scale is the highest point there is.
  const heights = [];
  for (let i = 0; i <= numberOfStages; i += 1) {
    const x = -2 + (4 * i) / numberOfStages;
    heights.push(Math.exp((-x * x) / 2));
  }
  const top = Math.max(...heights);

  const stages = heights.map((height, i) => ({
    duration: i === 0 ? edge : inner,
    target: Math.round((height / top) * maxVus),
  }));
  stages.push({ duration: edge, target: 0 });
  return stages;
}

/**
 * Milliseconds of a duration such as `1d5h31m20s9ms`. A number without unit counts milliseconds,
 * spaces and signs are passed over, a unit may occur once.
 */
export function parseDuration(str) {
  if (str === null || str === undefined || String(str).length === 0) {
    throw new Error('parseDuration: an empty duration; give one such as "1m30s"');
  }
  const text = String(str).replace(/[\s+-]/g, '');
  const parts = text.match(/(\d+\.?\d*|\.\d+)[a-zA-Zµ]*/g);
  if (parts === null || parts.join('') !== text) {
    throw new Error(`parseDuration: "${str}" is no duration; give one such as "1m30s"`);
  }
  const seen = {};
  let total = 0;
  for (const part of parts) {
    const number = parseFloat(part);
    const unit = part.replace(/[\d.]/g, '') || 'ms';
    if (!(unit in UNIT_MS)) {
      throw new Error(`parseDuration: "${str}" has the unit "${unit}", known are d, h, m, s, ms`);
    }
    if (seen[unit]) throw new Error(`parseDuration: "${str}" has the unit "${unit}" twice`);
    seen[unit] = true;
    total += number * UNIT_MS[unit];
  }
  // Sums of fractions, such as 5.2 h, may end a hair below the whole number that is meant.
  return Math.floor(Number(total.toFixed(6)));
}

function currentStages(caller) {
  const name = exec.scenario.name;
  const scenario = (exec.test.options.scenarios || {})[name];
  const stages = scenario && scenario.stages;
  if (!Array.isArray(stages) || stages.length === 0) {
    const executor = scenario ? scenario.executor : 'unknown';
    throw new Error(
      `${caller}: scenario "${name}" has the executor ${executor}, which has no stages; ` +
        'only ramping-vus and ramping-arrival-rate have them',
    );
  }
  return stages;
}

function stageIndex(stages) {
  const elapsed = Date.now() - exec.scenario.startTime;
  let end = 0;
  for (let i = 0; i < stages.length; i += 1) {
    end += parseDuration(stages[i].duration);
    if (elapsed < end) return i;
  }
  // An iteration may last longer than its stages.
  return stages.length - 1;
}

/** The index of the stage that runs now. */
export function getCurrentStageIndex() {
  return stageIndex(currentStages('getCurrentStageIndex'));
}

/** Tags what this VU measures with `stage`, the index of the stage that runs now. */
export function tagWithCurrentStageIndex() {
  const stages = currentStages('tagWithCurrentStageIndex');
  exec.vu.metrics.tags.stage = String(stageIndex(stages));
}

/** Tags what this VU measures with `stage_profile`: ramp-up, steady or ramp-down. */
export function tagWithCurrentStageProfile() {
  const stages = currentStages('tagWithCurrentStageProfile');
  const index = stageIndex(stages);
  let profile = 'ramp-up';
  if (index > 0) {
    const change = stages[index].target - stages[index - 1].target;
    if (change === 0) profile = 'steady';
    if (change < 0) profile = 'ramp-down';
  }
  exec.vu.metrics.tags.stage_profile = profile;
}

function isPromise(value) {
  return value !== null && typeof value === 'object' && typeof value.then === 'function';
}

/**
 * k6's check(), which also takes promises and functions that return them. The result is a promise
 * when there was one among the checks, else a boolean.
 */
export function check(val, sets, tags) {
  // k6 reports a missing or a wrong second argument in its own words.
  if (sets === null || typeof sets !== 'object') return k6Check(val, sets, tags);

  const record = (name, value) => k6Check(val, { [name]: Boolean(value) }, tags);
  const waiting = [];
  let passed = true;
  for (const name of Object.keys(sets)) {
    let value = sets[name];
    if (typeof value === 'function') {
      try {
        value = value(val);
      } catch (error) {
        record(name, false);
        throw error;
      }
    }
    if (isPromise(value)) {
      waiting.push(
        value.then(
          (result) => record(name, result),
          (error) => {
            record(name, false);
            throw error;
          },
        ),
      );
    } else {
      passed = record(name, value) && passed;
    }
  }
  if (waiting.length === 0) return passed;
  return Promise.all(waiting).then((results) => passed && results.every(Boolean));
}
