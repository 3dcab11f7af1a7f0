// Module `k6/execution`: where this code runs, its tags, and how to end the test.

import * as native from 'native:execution';
import { testOptions } from 'squall:options';
import { isInit } from 'squall:phase';
import { vuMetadata } from 'squall:vu-metadata';
import { vuTags } from 'squall:vu-tags';

// An object of properties that are asked for each time and cannot be written.
function live(what, getters) {
  const object = {};
  for (const [name, read] of Object.entries(getters)) {
    const get = () => {
      if (isInit) {
        throw new Error(what);
      }
      return read();
    };
    Object.defineProperty(object, name, { get, enumerable: true });
  }
  return object;
}

const vuOutside = 'getting VU information in the init context is not supported';

export const instance = live('getting instance information in the init context is not supported', {
  iterationsCompleted: native.iterationsCompleted,
  iterationsInterrupted: native.iterationsInterrupted,
  vusActive: native.vusActive,
  vusInitialized: native.vusInitialized,
  currentTestRunDuration: native.currentTestRunDuration,
});

export const scenario = live(
  'getting scenario information outside of the VU context is not supported',
  {
    name: native.scenarioName,
    executor: native.scenarioExecutor,
    startTime: native.scenarioStartTime,
    progress: native.scenarioProgress,
    iterationInInstance: native.scenarioIterationInInstance,
    iterationInTest: native.scenarioIterationInTest,
  },
);

const metrics = live(vuOutside, {
  tags: () => vuTags,
  metadata: () => vuMetadata,
});

export const vu = live(vuOutside, {
  idInInstance: native.idInInstance,
  idInTest: native.idInTest,
  iterationInInstance: native.iterationInInstance,
  iterationInScenario: native.iterationInScenario,
  tags: () => vuTags,
  metrics: () => metrics,
});

function abort(reason) {
  native.abortTest(reason === undefined ? '' : String(reason));
}

function fail(reason) {
  native.failTest(reason === undefined ? '' : String(reason));
}

export const test = live('getting test options in the init context is not supported', {
  options: testOptions,
});

for (const [name, value] of Object.entries({ abort, fail })) {
  Object.defineProperty(test, name, { value, enumerable: true });
}

export default Object.freeze({ instance, scenario, test, vu });
