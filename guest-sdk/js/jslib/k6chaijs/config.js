// The settings that scripts change by chai.config.

export const config = {
  /** A check's name is cut to this length. */
  truncateMsgThreshold: 300,
  /** A value inside a name is cut to this length. */
  truncateVariableThreshold: 100,
  /** Names carry no measured values, else each value would make a check of its own. */
  aggregateChecks: true,
  /** A failed assertion is logged with its values. */
  logFailures: false,
  /** The first failed assertion ends the whole test. */
  exitOnError: false,
  includeStack: false,
  showDiff: true,
  truncateThreshold: 40,
  useProxy: true,
};
