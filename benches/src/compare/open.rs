//! Arrivals at planned instants: whether they come when the plan says, and whether what is measured
//! is what somebody who came on time would feel. The server is this program's own, which records
//! when requests come.
//!
//! - [`pace`]: start lag, evenness and rate of arrivals at some rates
//! - [`freeze`]: response times while the server, or the generator, stands still

pub mod freeze;
pub mod pace;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::args::PeerName;
use super::js::{Subject, subjects};
use super::process::{self, Finished};
use super::{Common, peer};

/// Time that a run may take beyond its arrivals.
const SPARE: Duration = Duration::from_mins(1);

/// A constant rate of arrivals.
#[derive(Debug, Clone, Copy)]
struct Rate {
    /// Arrivals a second.
    per_s: u32,
    /// For how long.
    duration: Duration,
    /// VUs, all made before.
    vus: u32,
    /// Whether arrivals that find no VU wait; k6 has no such thing.
    queued: bool,
}

/// Who makes the arrivals.
#[derive(Debug, Clone)]
struct Maker {
    subject: Subject,
    /// What the table calls it.
    name: String,
    /// Flags beside those of all.
    flags: &'static [&'static str],
}

impl Maker {
    /// What it runs: a script without options of its own, or a component that takes them from its
    /// environment, which is built beside the one that was found.
    fn script(&self) -> PathBuf {
        let found = self.subject.peer.script();
        if is_component(found) { found.with_file_name("configurable.wasm") } else { found.into() }
    }
}

fn is_component(script: &Path) -> bool {
    script.extension().is_some_and(|end| end == "wasm")
}

impl std::fmt::Display for Maker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.name)
    }
}

/// A component and a script of squall, the component once more with `--precise`, and k6; and words
/// about who is missing.
fn makers(common: &Common<'_>) -> (Vec<Maker>, Vec<String>) {
    let mut found = vec![peer::find_squall_with_component(common.args)];
    found.extend(peer::find_javascript(common.args, common.scripts));
    let (subjects, missing) = subjects(found);
    let mut makers = Vec::new();
    for subject in subjects {
        let mut add = |name: String, flags| {
            makers.push(Maker { subject: subject.clone(), name, flags });
        };
        match (subject.kind(), is_component(subject.peer.script())) {
            (PeerName::Squall, true) => {
                add(format!("{subject}, component"), &[][..]);
                add(format!("{subject}, component, --precise"), &["--precise"][..]);
            }
            (PeerName::Squall, false) => add(format!("{subject}, script"), &[][..]),
            _ => add(subject.to_string(), &[][..]),
        }
    }
    (makers, missing)
}

/// What a run printed and measured.
struct Ran {
    export: Value,
    finished: Finished,
}

impl Ran {
    /// A statistic of a metric, in the metric's unit.
    fn stat(&self, metric: &str, stat: &str) -> Option<f64> {
        self.export["metrics"][metric][stat].as_f64()
    }
}

/// Runs arrivals against `url`. `look` sees the process every 10 ms.
fn run(
    common: &Common<'_>,
    maker: &Maker,
    rate: Rate,
    url: &str,
    look: impl FnMut(u32, Duration),
) -> anyhow::Result<Ran> {
    let folder = TempDir::with_prefix("squall-compare-").context("there is no temporary folder")?;
    let options = options(maker, rate);
    let config = folder.path().join("config.json");
    std::fs::write(&config, &options)
        .with_context(|| format!("`{}` could not be written", config.display()))?;
    let export = folder.path().join("summary.json");
    let mut command = maker.subject.peer.run_command();
    command.arg("--config").arg(&config).arg("--summary-export").arg(&export);
    command.args(["--summary-trend-stats", "avg,med,p(95),p(99),p(99.9),max"]);
    command.arg("-e").arg(format!("TARGET={url}")).args(maker.flags);
    command.arg("-e").arg(format!("OPTIONS={options}")).arg(maker.script());
    let finished = common.placement.on_client_cores(|| {
        process::run(&mut command, rate.duration + SPARE, common.stop, look)
    })??;
    let text = std::fs::read_to_string(&export).context("no summary was exported")?;
    let export = serde_json::from_str(&text).context("the summary export is not JSON")?;
    Ok(Ran { export, finished })
}

fn options(maker: &Maker, rate: Rate) -> String {
    let mut scenario = json!({
        "executor": "constant-arrival-rate",
        "rate": rate.per_s,
        "duration": format!("{}s", rate.duration.as_secs()),
        "preAllocatedVUs": rate.vus,
        "gracefulStop": "5s",
    });
    if rate.queued && maker.subject.kind() == PeerName::Squall {
        scenario["late"] = "queue".into();
    }
    json!({"scenarios": {"arrivals": scenario}}).to_string()
}
