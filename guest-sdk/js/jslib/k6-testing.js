// Stands for https://jslib.k6.io/k6-testing/0.1.0 - 0.6.1/index.js, without the browser.
//
// expect(value).toBe(...) and its like: a failure ends the whole test (exec.test.abort). Soft
// assertions, expect.soft(...), only mark the test as failed.

import exec from 'k6/execution';
import { callSite, pretty, inline } from './k6-testing/report.js';
import { BROWSER_MATCHERS, MATCHERS } from './k6-testing/matchers.js';

const DEFAULTS = {
  timeout: 5000, interval: 100, colorize: true, display: 'pretty', softMode: 'fail', soft: false,
};

class AssertionFailedError extends Error {
  constructor(message) {
    super(message);
    this.name = 'AssertionFailedError';
  }
}

/** The environment wins over what a script configures, so that a CI can change it. */
function fromEnvironment() {
  // eslint-disable-next-line no-undef
  const env = typeof __ENV === 'undefined' ? {} : __ENV;
  const found = {};
  if (env.K6_TESTING_TIMEOUT) found.timeout = Number(env.K6_TESTING_TIMEOUT);
  if (env.K6_TESTING_INTERVAL) found.interval = Number(env.K6_TESTING_INTERVAL);
  if (env.K6_TESTING_COLORIZE) found.colorize = env.K6_TESTING_COLORIZE === 'true';
  if (env.K6_TESTING_DISPLAY) found.display = env.K6_TESTING_DISPLAY;
  if (env.K6_TESTING_SOFT_MODE) found.softMode = env.K6_TESTING_SOFT_MODE;
  return found;
}

function reportFailure(failure, config) {
  const report = config.display === 'inline' ? inline : pretty;
  const text = report(failure, config.colorize);
  if (!config.soft) {
    exec.test.abort(text);
    // In case that the rest of the iteration still runs.
    throw new AssertionFailedError(text);
  }
  if (config.softMode === 'throw') throw new AssertionFailedError(text);
  // "continue" is in examples of the documentation, and means the same.
  exec.test.fail(text);
}

function makeMatchers(received, message, settings, negated) {
  const config = { ...settings, ...fromEnvironment() };
  const matchers = {};
  for (const name of Object.keys(MATCHERS)) {
    matchers[name] = (...args) => {
      const { passed, rows, hint } = MATCHERS[name](received, ...args);
      if (passed !== negated) return;
      const call = `expect(received).${negated ? 'not.' : ''}${name}(${hint || ''})`;
      reportFailure({ error: message || call, rows, site: callSite() }, config);
    };
  }
  for (const name of BROWSER_MATCHERS) {
    matchers[name] = () => {
      throw new Error(`k6-testing: ${name}() looks at a page, and there is no browser here`);
    };
  }
  return matchers;
}

function makeExpect(settings) {
  const start = (received, message, config) => {
    const matchers = makeMatchers(received, message, config, false);
    matchers.not = makeMatchers(received, message, config, true);
    return matchers;
  };
  const expect = (received, message) => start(received, message, settings);
  expect.soft = (received, message) => start(received, message, { ...settings, soft: true });
  expect.configure = (options) => makeExpect({ ...settings, ...options });
  return expect;
}

export const expect = makeExpect(DEFAULTS);
