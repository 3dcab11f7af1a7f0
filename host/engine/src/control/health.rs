//! Figures on the generator, gathered from the workers' reports, for the verdict.

use std::collections::{BTreeMap, VecDeque};

use squall_metrics::{BoundsReached, Stat, Summary};

use squall_plan::Executor;

use crate::message::Report;
use crate::shared::Shared;
use crate::verdict::{Figures, Verdict};

/// CPU use is looked at over windows of so many reports, one a second.
const CPU_WINDOW_REPORTS: usize = 5;

/// Gathers reports.
pub(super) struct Health {
    workers: Vec<CpuWindow>,
    /// Arrivals planned and started, by second of the run, over all workers.
    seconds: BTreeMap<u64, (u64, u64)>,
    samples_dropped: u64,
}

/// CPU and wall time of the last reports of one worker.
#[derive(Default)]
struct CpuWindow {
    reports: VecDeque<(u64, u64)>,
    /// `None` until there were reports for a whole window.
    ratio_max: Option<f64>,
}

impl CpuWindow {
    fn take(&mut self, cpu_ns: u64, wall_ns: u64) {
        self.reports.push_back((cpu_ns, wall_ns));
        if self.reports.len() > CPU_WINDOW_REPORTS {
            self.reports.pop_front();
        }
        if self.reports.len() == CPU_WINDOW_REPORTS {
            let sum = |part: fn(&(u64, u64)) -> u64| self.reports.iter().map(part).sum::<u64>();
            let ratio = sum(|report| report.0) as f64 / sum(|report| report.1).max(1) as f64;
            self.ratio_max = Some(self.ratio_max.map_or(ratio, |max| max.max(ratio)));
        }
    }
}

impl Health {
    pub(super) fn new(workers: usize) -> Self {
        let workers = (0..workers).map(|_| CpuWindow::default()).collect();
        Self { workers, seconds: BTreeMap::new(), samples_dropped: 0 }
    }

    pub(super) fn take(&mut self, report: &Report) {
        self.workers[report.worker].take(report.cpu_ns, report.wall_ns);
        for second in &report.arrivals {
            let sum = self.seconds.entry(second.second).or_default();
            sum.0 += second.planned;
            sum.1 += second.started;
        }
        self.samples_dropped += report.samples_dropped;
    }

    pub(super) fn samples_dropped(&self) -> u64 {
        self.samples_dropped
    }

    pub(super) fn verdict(&self, shared: &Shared, summary: &Summary) -> Verdict {
        let arrivals = shared.plan.scenarios.iter().enumerate();
        let arrivals = arrivals
            .filter(|(_, scenario)| is_arrival_rate(&scenario.executor))
            .map(|(index, _)| shared.counts_of(index));
        let (planned, dropped) = arrivals.fold((0, 0), |(planned, dropped), counts| {
            (planned + counts.planned, dropped + counts.dropped)
        });
        // The first second warms up, the last one is not whole.
        let last = self.seconds.keys().next_back().copied().unwrap_or(0);
        let whole = self.seconds.range(1..last.max(1)).map(|(_, arrivals)| *arrivals);
        Verdict::of(&Figures {
            arrivals_planned: planned,
            arrivals_dropped: dropped,
            arrivals_queued: shared.sum(|tally| &tally.queued),
            arrivals_released_late: shared.sum(|tally| &tally.released_late),
            seconds: whole.collect(),
            start_lag_p99_ms: percentile(summary, "iteration_start_lag", 99.0),
            response_median_ms: percentile(summary, "iteration_response_time", 50.0),
            worker_cpu_ratio_max: {
                let ratios = self.workers.iter().filter_map(|cpu| cpu.ratio_max);
                ratios.max_by(f64::total_cmp)
            },
            bounds: self.bounds(summary),
        })
    }

    fn bounds(&self, summary: &Summary) -> Vec<String> {
        let mut bounds = bounds_in_words(&summary.bounds_reached);
        if self.samples_dropped > 0 {
            let dropped = self.samples_dropped;
            bounds.push(format!("{dropped} samples did not reach an output that was too slow"));
        }
        bounds
    }
}

fn is_arrival_rate(executor: &Executor) -> bool {
    matches!(executor, Executor::ConstantArrivalRate(_) | Executor::RampingArrivalRate(_))
}

/// Bounds of the metrics that were reached, for people.
fn bounds_in_words(reached: &BoundsReached) -> Vec<String> {
    let bounds = [
        (reached.tag_sets, "tag sets beyond the bound were folded into overflow sets"),
        (reached.series, "series beyond the bound were folded into overflow series"),
        (reached.checks, "check names beyond the bound were folded into one"),
        (reached.groups, "groups beyond the bound were folded into one"),
    ];
    let reached = bounds.into_iter().filter(|(count, _)| *count > 0);
    reached.map(|(count, words)| format!("{count} {words}")).collect()
}

fn percentile(summary: &Summary, metric: &str, percent: f64) -> Option<f64> {
    summary.metric(metric)?.stat(Stat::Percentile(percent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_five_seconds_count() {
        let mut window = CpuWindow::default();
        for cpu in [10, 10, 10, 10, 60, 90, 90, 90, 90, 10, 10] {
            window.take(cpu, 100);
        }
        assert!((window.ratio_max.unwrap() - 0.84).abs() < 1e-9, "{:?}", window.ratio_max);
    }

    #[test]
    fn a_short_run_has_no_window() {
        let mut window = CpuWindow::default();
        for _ in 0..4 {
            window.take(100, 100);
        }
        assert_eq!(window.ratio_max, None);
    }
}
