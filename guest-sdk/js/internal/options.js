// The options in force, as `exec.test.options` shows them. Read when they are first wanted: there
// are none in init code.

import { testOptions as readOptions } from 'native:execution';

let options;

function deepFreeze(value) {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

// What is not shown: it has become scenarios.
const SHORTCUTS = ['vus', 'iterations', 'duration', 'stages'];

// What k6 shows, also when it is not set.
const ALWAYS = { consoleOutput: null, localIPs: null };

export function testOptions() {
  if (options === undefined) {
    options = { ...ALWAYS, ...JSON.parse(readOptions()) };
    for (const name of SHORTCUTS) {
      delete options[name];
    }
    deepFreeze(options);
  }
  return options;
}

export function testOption(name) {
  return testOptions()[name];
}
