//! What is said of the generator itself: could it keep to its plan, and what was lost on the way.
//!
//! Plain values, filled in by whoever watched the run. Everything here is shown in the text and is
//! part of every machine-readable form, so that nobody has to trust a number whose generator was
//! out of breath.

use serde_json::{Map, Value, json};
use squall_metrics::{BoundsReached, Summary};

use crate::Report;

/// The verdict in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerdictWord {
    /// The generator kept to its plan.
    #[default]
    Ok,
    /// Usable with care; the reasons say what to look at.
    Strained,
    /// The generator, not the target, shaped the numbers.
    Invalid,
}

impl VerdictWord {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Strained => "strained",
            Self::Invalid => "invalid",
        }
    }

    /// What it means for the reader.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "the generator kept to its plan",
            Self::Strained => "use the results with care",
            Self::Invalid => "the generator, not the target, shaped these numbers",
        }
    }
}

/// What is known of the generator at the end of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GeneratorReport {
    /// The verdict.
    pub word: VerdictWord,
    /// Why it is not "ok"; whole sentences without a full stop.
    pub reasons: Vec<String>,
    /// Achieved against planned rate; nothing if no scenario has planned starts.
    pub achieved_ratio: Option<f64>,
    /// 99th percentile of the start lag; nothing if no scenario has planned starts.
    pub start_lag_p99_ms: Option<f64>,
    /// Planned iterations that never started.
    pub dropped: u64,
    /// Share of a core that the busiest worker used, from 0 to 1.
    pub worker_cpu_max_ratio: Option<f64>,
    /// What became of iterations.
    pub iterations: Iterations,
    /// Bounds of the engine and of the protocols that were reached. Those of the metrics are part
    /// of the summary already.
    pub bounds: Vec<Bound>,
    /// What became of the samples that went to outputs.
    pub outputs: Vec<OutputLine>,
}

/// What became of iterations: `planned = started + dropped`, `started = completed + interrupted`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Iterations {
    /// Arrivals that the plan had until the end; nothing for a run without planned starts.
    pub planned: Option<u64>,
    /// Iterations that were begun.
    pub started: u64,
    /// Iterations that came to their end, those with an error included.
    pub completed: u64,
    /// Iterations that were cut off.
    pub interrupted: u64,
    /// Iterations that ended with an error or a trap; they are among the completed ones.
    pub errors: u64,
    /// Age of the oldest iteration that was cut off.
    pub interrupted_age_max_ms: Option<f64>,
}

/// A bound that was reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// What is bounded, as a name: `response_bodies`.
    pub name: String,
    /// How often.
    pub count: u64,
    /// What happened then, for people: `bodies were cut to their longest length`.
    pub meaning: String,
}

/// The account of one output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputLine {
    /// What the output says of itself.
    pub description: String,
    /// Samples that the sink has taken.
    pub written: u64,
    /// Samples that were lost.
    pub dropped: u64,
    /// Bytes that the sink has taken.
    pub bytes: u64,
    /// The first thing that went wrong.
    pub failure: Option<String>,
}

impl From<&Report> for OutputLine {
    fn from(report: &Report) -> Self {
        Self {
            description: report.description.clone(),
            written: report.counts.written,
            dropped: report.counts.dropped,
            bytes: report.counts.bytes,
            failure: report.failure.as_ref().map(|error| with_reasons(error)),
        }
    }
}

/// An error with everything that led to it, on one line.
fn with_reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

/// Bounds that were reached: those of the metrics, then the others.
pub(crate) fn bounds(summary: &Summary, generator: Option<&GeneratorReport>) -> Vec<Bound> {
    let BoundsReached {
        tag_sets,
        tag_values_clipped,
        series,
        samples_in_overflow,
        values_refused,
        samples_dropped,
        checks,
        groups,
    } = summary.bounds_reached;
    let of_metrics = [
        ("tag_sets", tag_sets, "tag sets had no room and lost tags"),
        ("tag_values_clipped", tag_values_clipped, "names or values of tags were cut"),
        ("series", series, "new series had no room of their own"),
        ("samples_in_overflow", samples_in_overflow, "samples are in totals only"),
        ("values_refused", values_refused, "values were no finite numbers and left out"),
        ("samples_dropped", samples_dropped, "samples did not fit into batches for outputs"),
        ("checks", checks, "checks are counted under a common name"),
        ("groups", groups, "groups are counted under a common name"),
    ];
    let of_metrics = of_metrics.into_iter().map(|(name, count, meaning)| Bound {
        name: name.to_owned(),
        count,
        meaning: meaning.to_owned(),
    });
    let others = generator.into_iter().flat_map(|generator| generator.bounds.iter().cloned());
    of_metrics.chain(others).filter(|bound| bound.count > 0).collect()
}

/// The `squall` object of the machine-readable forms.
pub(crate) fn to_json(summary: &Summary, generator: Option<&GeneratorReport>) -> Value {
    let mut object = Map::new();
    if let Some(generator) = generator {
        let GeneratorReport { word, reasons, iterations, .. } = generator;
        object.insert("verdict".to_owned(), word.as_str().into());
        object.insert("reasons".to_owned(), reasons.clone().into());
        object.insert("achieved_ratio".to_owned(), json!(generator.achieved_ratio));
        object.insert("start_lag_p99_ms".to_owned(), json!(generator.start_lag_p99_ms));
        object.insert("dropped_arrivals".to_owned(), generator.dropped.into());
        object.insert("worker_cpu_max_ratio".to_owned(), json!(generator.worker_cpu_max_ratio));
        object.insert(
            "iterations".to_owned(),
            json!({
                "planned": iterations.planned,
                "started": iterations.started,
                "completed": iterations.completed,
                "interrupted": iterations.interrupted,
                "errors": iterations.errors,
                "interrupted_age_max_ms": iterations.interrupted_age_max_ms,
            }),
        );
        let outputs = generator.outputs.iter().map(|output| {
            json!({
                "description": output.description,
                "written": output.written,
                "dropped": output.dropped,
                "bytes": output.bytes,
                "failure": output.failure,
            })
        });
        object.insert("outputs".to_owned(), outputs.collect());
    }
    let reached =
        bounds(summary, generator).into_iter().map(|bound| (bound.name, bound.count.into()));
    object.insert("bounds_reached".to_owned(), Value::Object(reached.collect()));
    let blind = summary.thresholds().filter(|(_, threshold)| threshold.no_data);
    let blind = blind
        .map(|(metric, threshold)| json!({ "metric": metric.name, "threshold": threshold.source }));
    object.insert("thresholds_without_data".to_owned(), blind.collect());
    Value::Object(object)
}
