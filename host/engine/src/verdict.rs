//! The verdict on the generator: can the numbers of this run be trusted?
//!
//! Pure: figures in, words out. Signs and limits are those of the load model: achieved against
//! planned rate in every whole second after the first, start lag, dropped arrivals, CPU of the
//! busiest worker, bounds that were reached.

use std::fmt;

/// Arrivals started in a second, of those planned in it.
const ACHIEVED_RATIO_MIN: f64 = 0.995;

/// An arrival planned at the end of a second may start at the beginning of the next one; so many do
/// not count as missing.
const ARRIVALS_LATE_IN_SECOND_MAX: u64 = 2;

/// Start lag p99 that is always fine, in milliseconds.
const START_LAG_P99_MS_MIN: f64 = 1.0;

/// Start lag p99 that is fine, as a share of the median response time.
const START_LAG_RESPONSE_RATIO_MAX: f64 = 0.05;

/// CPU of the busiest worker over any five seconds.
const WORKER_CPU_RATIO_MAX: f64 = 0.9;

/// Dropped arrivals, as a share of the planned ones, from which percentiles say nothing about the
/// target any more.
const DROPPED_RATIO_INVALID: f64 = 0.01;

/// Arrivals that the generator itself came to late, as a share of the planned ones, up to which lag
/// is put down to VUs that were busy.
const RELEASED_LATE_RATIO_MAX: f64 = 0.01;

/// Start lag p99 as a share of the median response time from which the generator shaped the
/// numbers.
const START_LAG_RESPONSE_RATIO_INVALID: f64 = 1.0;

/// How far a result can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// The generator kept its schedule.
    Ok,
    /// Usable with care; the reasons say what to mind.
    Strained,
    /// The generator, not the target, shaped the numbers.
    Invalid,
}

impl Word {
    /// As it is printed and exported.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Strained => "strained",
            Self::Invalid => "invalid",
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// What was measured of the generator itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Arrivals that the plan called for; 0 without arrival-rate scenarios.
    pub arrivals_planned: u64,
    /// Arrivals for which no VU was free.
    pub arrivals_dropped: u64,
    /// Arrivals that waited for a VU (`late: 'queue'`).
    pub arrivals_queued: u64,
    /// Arrivals that the generator came to more than a millisecond late.
    pub arrivals_released_late: u64,
    /// Whole seconds after the first, with arrivals planned and started in them.
    pub seconds: Vec<(u64, u64)>,
    /// 99th percentile of `iteration_start_lag`.
    pub start_lag_p99_ms: Option<f64>,
    /// Median of `iteration_response_time`.
    pub response_median_ms: Option<f64>,
    /// Largest CPU share of one worker over any five seconds; `None` for shorter runs.
    pub worker_cpu_ratio_max: Option<f64>,
    /// Bounds that were reached, each in words.
    pub bounds: Vec<String>,
}

/// The judgement, with the figures that it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// In one word.
    pub word: Word,
    /// Why it is not `ok`; empty when it is.
    pub reasons: Vec<String>,
    /// Started / planned arrivals in the worst whole second after the first; `None` without
    /// arrivals.
    pub achieved_ratio: Option<f64>,
    /// 99th percentile of the start lag, in milliseconds.
    pub start_lag_p99_ms: Option<f64>,
    /// Dropped arrivals.
    pub dropped: u64,
    /// Largest CPU share of one worker over any five seconds, 1 = one core; `None` for shorter
    /// runs.
    pub worker_cpu_ratio_max: Option<f64>,
}

impl Verdict {
    /// Judges.
    pub fn of(figures: &Figures) -> Self {
        let mut reasons = Vec::new();
        reasons.extend(rate_reason(figures));
        reasons.extend(lag_reason(figures));
        reasons.extend(dropped_reason(figures));
        reasons.extend(cpu_reason(figures));
        let bounds = figures.bounds.iter().map(|bound| (Word::Strained, bound.clone()));
        reasons.extend(bounds);
        Self {
            word: reasons.iter().map(|(word, _)| *word).max().unwrap_or(Word::Ok),
            reasons: reasons.into_iter().map(|(_, reason)| reason).collect(),
            achieved_ratio: worst_second(figures),
            start_lag_p99_ms: figures.start_lag_p99_ms,
            dropped: figures.arrivals_dropped,
            worker_cpu_ratio_max: figures.worker_cpu_ratio_max,
        }
    }
}

fn ratio((planned, started): (u64, u64)) -> f64 {
    // A second may also make up for the one before; more than planned is not better than planned.
    (started as f64 / planned.max(1) as f64).min(1.0)
}

fn worst_second(figures: &Figures) -> Option<f64> {
    let planned = figures.seconds.iter().filter(|(planned, _)| *planned > 0);
    planned.map(|second| ratio(*second)).min_by(f64::total_cmp)
}

fn rate_reason(figures: &Figures) -> Option<(Word, String)> {
    let is_short = |(planned, started): &(u64, u64)| {
        planned.saturating_sub(*started) > ARRIVALS_LATE_IN_SECOND_MAX
            && ratio((*planned, *started)) < ACHIEVED_RATIO_MIN
    };
    let short = figures.seconds.iter().filter(|second| is_short(second)).count();
    (short > 0).then(|| {
        let all = figures.seconds.len();
        let worst = worst_second(figures).unwrap_or(0.0) * 100.0;
        let reason = format!(
            "fewer arrivals started than planned in {short} of {all} seconds (worst: {worst:.1} %)"
        );
        // Late but not lost arrivals are in the response times, so the numbers still hold.
        (Word::Strained, reason)
    })
}

fn lag_reason(figures: &Figures) -> Option<(Word, String)> {
    let lag_ms = figures.start_lag_p99_ms?;
    let response_ms = figures.response_median_ms.unwrap_or(0.0);
    let limit_ms = START_LAG_P99_MS_MIN.max(START_LAG_RESPONSE_RATIO_MAX * response_ms);
    (lag_ms > limit_ms).then(|| {
        let invalid_ms =
            (10.0 * START_LAG_P99_MS_MIN).max(START_LAG_RESPONSE_RATIO_INVALID * response_ms);
        let reason = format!(
            "iterations started late: start lag p99 {lag_ms:.2} ms, limit {limit_ms:.2} ms"
        );
        let queued = figures.arrivals_queued;
        let late_share =
            figures.arrivals_released_late as f64 / figures.arrivals_planned.max(1) as f64;
        if queued > 0 && late_share <= RELEASED_LATE_RATIO_MAX {
            // The target held the VUs; what that cost is in the response times, as was asked for.
            let wait = format!("{reason}; {queued} arrivals waited until a VU was free");
            return (Word::Strained, wait);
        }
        (if lag_ms > invalid_ms { Word::Invalid } else { Word::Strained }, reason)
    })
}

fn dropped_reason(figures: &Figures) -> Option<(Word, String)> {
    let (dropped, planned) = (figures.arrivals_dropped, figures.arrivals_planned);
    (dropped > 0).then(|| {
        let share = dropped as f64 / planned.max(1) as f64;
        let word = if share > DROPPED_RATIO_INVALID { Word::Invalid } else { Word::Strained };
        let percent = share * 100.0;
        let reason = format!(
            "{dropped} of {planned} arrivals ({percent:.2} %) were dropped because no VU was free: \
             percentiles miss the worst (raise maxVUs)"
        );
        (word, reason)
    })
}

fn cpu_reason(figures: &Figures) -> Option<(Word, String)> {
    let ratio = figures.worker_cpu_ratio_max?;
    (ratio > WORKER_CPU_RATIO_MAX).then(|| {
        let (found, limit) = (ratio * 100.0, WORKER_CPU_RATIO_MAX * 100.0);
        let reason = format!(
            "a worker used {found:.0} % of its core over 5 s (limit {limit:.0} %): the \
             generator may have been the bottleneck"
        );
        (Word::Strained, reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm() -> Figures {
        Figures {
            arrivals_planned: 3_000,
            seconds: vec![(1_000, 1_000), (1_000, 999)],
            start_lag_p99_ms: Some(0.2),
            response_median_ms: Some(3.0),
            worker_cpu_ratio_max: Some(0.4),
            ..Figures::default()
        }
    }

    #[test]
    fn a_calm_run_is_ok() {
        let verdict = Verdict::of(&calm());
        assert_eq!((verdict.word, verdict.reasons.len()), (Word::Ok, 0));
        assert_eq!(verdict.achieved_ratio, Some(0.999));
    }

    #[test]
    fn closed_runs_have_no_rate() {
        let verdict = Verdict::of(&Figures::default());
        assert_eq!((verdict.word, verdict.achieved_ratio), (Word::Ok, None));
    }

    #[test]
    fn each_sign_has_its_reason() {
        let mut figures = calm();
        figures.seconds[1] = (1_000, 990);
        assert_eq!(Verdict::of(&figures).word, Word::Strained);

        let late = Figures { start_lag_p99_ms: Some(1.5), ..calm() };
        assert_eq!(Verdict::of(&late).word, Word::Strained);
        let very_late = Figures { start_lag_p99_ms: Some(50.0), ..calm() };
        assert_eq!(Verdict::of(&very_late).word, Word::Invalid);

        let few = Figures { arrivals_dropped: 3, ..calm() };
        assert_eq!(Verdict::of(&few).word, Word::Strained);
        let many = Figures { arrivals_dropped: 300, ..calm() };
        assert_eq!(Verdict::of(&many).word, Word::Invalid);

        let queued = Figures { arrivals_queued: 9, ..very_late };
        let verdict = Verdict::of(&queued);
        assert_eq!(verdict.word, Word::Strained);
        assert!(verdict.reasons[0].ends_with("9 arrivals waited until a VU was free"));
        let stopped = Figures { arrivals_released_late: 300, ..queued };
        assert_eq!(Verdict::of(&stopped).word, Word::Invalid);

        let busy = Figures { worker_cpu_ratio_max: Some(0.95), ..calm() };
        assert!(Verdict::of(&busy).reasons[0].contains("95 %"));

        let bound = Figures { bounds: vec!["12 samples dropped".into()], ..calm() };
        assert_eq!(Verdict::of(&bound).reasons, ["12 samples dropped"]);
    }

    #[test]
    fn lag_is_judged_against_the_response_time() {
        let slow_target =
            Figures { start_lag_p99_ms: Some(4.0), response_median_ms: Some(100.0), ..calm() };
        assert_eq!(Verdict::of(&slow_target).word, Word::Ok);
    }
}
