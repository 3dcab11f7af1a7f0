//! Judging thresholds.
//!
//! Every judgement is over all data since the start of the test. While the test runs, a metric
//! without data is left alone. At the end the rules are k6's: counters, gauges and trends without
//! data count as zero, a rate without data passes. In each of these cases the outcome says that
//! there was no data.

use std::time::Duration;

use super::Threshold;
use crate::metric::Kind;
use crate::sink::Total;
use crate::stat::Stat;

/// When thresholds are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// While the test runs: metrics without data are left alone.
    Running,
    /// After the last sample: metrics without data are judged by the rules for them.
    Final,
}

/// What came out of judging one threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The threshold is not met.
    pub failed: bool,
    /// There was no sample to judge it by.
    pub no_data: bool,
    /// The figure that was compared, if there was one.
    pub value: Option<f64>,
}

/// What came out of judging all thresholds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Those that are not met.
    pub failed: Vec<FailedThreshold>,
    /// How many had no sample to be judged by.
    pub no_data: usize,
    /// A threshold with `abortOnFail` is not met and its delay has passed: the test must stop.
    pub abort: bool,
}

/// A threshold that is not met.
#[derive(Clone, Debug, PartialEq)]
pub struct FailedThreshold {
    /// The metric or submetric, as it was written.
    pub metric: String,
    /// The expression, as it was written.
    pub source: String,
    /// The figure that was compared.
    pub value: Option<f64>,
    /// True if this threshold stops the test.
    pub aborts: bool,
}

impl Threshold {
    /// Judges this threshold by what its metric has seen.
    pub fn judge(&self, total: &Total, elapsed: Duration, moment: Moment) -> Outcome {
        let no_data = total.is_empty();
        if no_data && moment == Moment::Running {
            return Outcome { no_data, ..Outcome::default() };
        }
        let value = match total.stat(self.expression.stat, elapsed) {
            Some(value) => Some(value),
            // Without a value there is nothing to compare: a rate without samples, and the
            // rate of a counter before any time has passed.
            None if total.kind() == Kind::Rate || self.expression.stat == Stat::Rate => None,
            None => Some(0.0),
        };
        let expression = &self.expression;
        let failed = value.is_some_and(|v| !expression.operator.holds(v, expression.limit));
        Outcome { failed, no_data, value }
    }

    /// True if this failed threshold stops the test at this time.
    pub fn aborts(&self, elapsed: Duration) -> bool {
        self.spec.abort_on_fail && self.spec.delay_abort_eval.is_none_or(|delay| delay < elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ThresholdSpec;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn threshold(kind: Kind, source: &str) -> Threshold {
        Threshold::new("m", kind, &ThresholdSpec::new(source)).unwrap()
    }

    fn total(kind: Kind, values: &[f64]) -> Total {
        let mut total = Total::new(kind);
        for value in values {
            total.add(*value, 1);
        }
        total
    }

    fn fails(kind: Kind, source: &str, values: &[f64]) -> bool {
        let outcome =
            threshold(kind, source).judge(&total(kind, values), SECOND * 4, Moment::Final);
        assert_eq!(outcome.no_data, values.is_empty());
        outcome.failed
    }

    #[test]
    fn figures_are_compared() {
        assert!(!fails(Kind::Counter, "count==3", &[1.0, 2.0]));
        assert!(!fails(Kind::Counter, "rate>=0.75", &[1.0, 2.0]));
        assert!(fails(Kind::Counter, "rate>0.75", &[1.0, 2.0]));
        assert!(!fails(Kind::Gauge, "value===2", &[1.0, 2.0]));
        assert!(fails(Kind::Rate, "rate<0.5", &[1.0, 0.0]));
        assert!(!fails(Kind::Trend, "p(95)<20", &[10.0, 20.0]));
        assert!(fails(Kind::Trend, "max<20", &[10.0, 20.0]));
        assert!(!fails(Kind::Trend, "med==15", &[10.0, 20.0]));
    }

    #[test]
    fn without_data_the_end_is_judged_as_in_k6() {
        assert!(fails(Kind::Counter, "count>0", &[]));
        assert!(!fails(Kind::Counter, "count<1", &[]));
        assert!(fails(Kind::Counter, "rate>0", &[]));
        assert!(fails(Kind::Gauge, "value>0", &[]));
        assert!(!fails(Kind::Trend, "p(95)<200", &[]));
        assert!(fails(Kind::Trend, "min>0", &[]));
        assert!(!fails(Kind::Rate, "rate>0.99", &[]));
        assert!(!fails(Kind::Rate, "rate<0.01", &[]));
    }

    #[test]
    fn without_data_nothing_is_judged_while_running() {
        for (kind, source) in [(Kind::Counter, "count>0"), (Kind::Trend, "min>0")] {
            let outcome = threshold(kind, source).judge(&total(kind, &[]), SECOND, Moment::Running);
            assert_eq!(outcome, Outcome { failed: false, no_data: true, value: None });
        }
        let running = threshold(Kind::Counter, "count>5");
        assert!(running.judge(&total(Kind::Counter, &[1.0]), SECOND, Moment::Running).failed);
    }

    #[test]
    fn the_rate_of_a_counter_passes_while_no_time_has_passed() {
        let rate = threshold(Kind::Counter, "rate>10");
        let seen = total(Kind::Counter, &[1.0]);
        let outcome = rate.judge(&seen, Duration::ZERO, Moment::Final);
        assert_eq!(outcome, Outcome { failed: false, no_data: false, value: None });
        assert!(rate.judge(&seen, SECOND, Moment::Final).failed);
    }

    #[test]
    fn aborting_waits_for_its_delay() {
        let mut threshold = threshold(Kind::Counter, "count<1");
        assert!(!threshold.aborts(SECOND * 99));
        threshold.spec.abort_on_fail = true;
        assert!(threshold.aborts(Duration::ZERO));
        threshold.spec.delay_abort_eval = Some(SECOND * 5);
        assert!(!threshold.aborts(SECOND * 5));
        assert!(threshold.aborts(SECOND * 5 + Duration::from_nanos(1)));
    }
}
