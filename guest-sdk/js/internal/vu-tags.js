// The tags that all samples of this VU carry, as scripts read and write them: those of the run and
// the scenario, the group, and those that the script has set.

import { activation, hasScenario, removeTag, scenarioName, setTag } from 'native:execution';
import { phase } from 'native:script';
import { groupPath } from 'squall:groups';
import { testOptions } from 'squall:options';
import { refuseTag, tagText } from 'squall:tags';

// What the script has set, by name; undefined for what it has deleted.
let own = new Map();
// Tags that were set are forgotten when the VU is put to work for another scenario.
let ownOf = 0;

function ownTags() {
  const now = activation();
  if (now !== ownOf) {
    ownOf = now;
    if (own.size > 0) {
      own = new Map();
    }
  }
  return own;
}

function isSystemTag(name) {
  return testOptions().systemTags?.includes(name) ?? false;
}

// Setup and teardown are groups themselves.
function groupOfPhase() {
  const now = phase();
  return now === 'setup' || now === 'teardown' ? `::${now}` : '';
}

// A new object each time.
function allTags() {
  const options = testOptions();
  const tags = { ...options.tags };
  if (hasScenario()) {
    const name = scenarioName();
    Object.assign(tags, options.scenarios?.[name]?.tags);
    if (isSystemTag('scenario')) {
      tags.scenario = name;
    }
  }
  if (isSystemTag('group')) {
    tags.group = groupOfPhase() + (groupPath ?? '');
  }
  for (const [name, value] of ownTags()) {
    if (value === undefined) {
      delete tags[name];
    } else {
      tags[name] = value;
    }
  }
  return tags;
}

function set(name, value) {
  if (typeof name === 'symbol') {
    throw new TypeError('a symbol cannot be the name of a tag');
  }
  const text = tagText(value);
  if (text === undefined) {
    refuseTag(name);
  }
  setTag(name, text);
  ownTags().set(name, text);
  return true;
}

const handler = {
  get: (target, name) => {
    const tags = allTags();
    return Object.hasOwn(tags, name) ? tags[name] : Reflect.get(target, name);
  },
  set: (target, name, value) => set(name, value),
  has: (target, name) => Object.hasOwn(allTags(), name),
  deleteProperty: (target, name) => {
    if (Object.hasOwn(allTags(), name)) {
      removeTag(name);
      ownTags().set(name, undefined);
    }
    return true;
  },
  ownKeys: () => Object.keys(allTags()),
  getOwnPropertyDescriptor: (target, name) => {
    const tags = allTags();
    return Object.getOwnPropertyDescriptor(tags, name);
  },
  defineProperty: (target, name, descriptor) => set(name, descriptor.value),
};

export const vuTags = new Proxy({}, handler);
