//! Squall running JavaScript, beside k6 running the same scripts.
//!
//! Each part makes one table. Before it, every tool runs a script once, so that nobody measures
//! cold files or a first compilation.
//!
//! - [`turns`]: tools and variants measured turn and turn about
//! - [`section`]: a heading, a table and notes
//! - [`park`]: very many VUs that rest, and what they take; for [`memory`] and [`libraries`]
//! - [`cpu`], [`memory`], [`libraries`], [`ready`], [`start`]: the parts

pub mod cpu;
pub mod libraries;
pub mod memory;
pub mod park;
pub mod ready;
pub mod section;
pub mod start;
pub mod turns;

use std::fmt;
use std::time::Duration;

use super::args::PeerName;
use super::peer::{self, Peer, Presence};
use super::scripts::TRIVIAL;
use super::{Common, machine, print, process, progress};
use section::Section;

/// Time for a run that does next to nothing: the first one may compile.
const SHORT_RUN_MAX: Duration = Duration::from_mins(1);

/// A tool that runs scripts.
#[derive(Debug, Clone)]
pub struct Subject {
    /// How it is called.
    pub peer: Peer,
    /// Its version.
    pub version: String,
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", format!("{} {}", self.peer.name(), self.version).trim())
    }
}

impl Subject {
    /// Which tool it is.
    pub fn kind(&self) -> PeerName {
        self.peer.kind()
    }
}

/// The tools that are there, and words about those that are missing.
pub fn subjects(presences: Vec<Presence>) -> (Vec<Subject>, Vec<String>) {
    let mut subjects = Vec::new();
    let mut missing = Vec::new();
    for presence in presences {
        match presence {
            Presence::There { peer, version } => subjects.push(Subject { peer, version }),
            Presence::Missing { name, how } => missing.push(format!("{name} is missing: {how}")),
        }
    }
    (subjects, missing)
}

/// Measures one part with `section` and prints it; returns who was not measured to the end.
pub fn measure(
    common: &Common<'_>,
    section: impl FnOnce(Vec<Subject>) -> anyhow::Result<Section>,
) -> anyhow::Result<Vec<String>> {
    let (subjects, missing) = subjects(peer::find_javascript(common.args, common.scripts));
    anyhow::ensure!(
        !subjects.is_empty(),
        "no tool that runs JavaScript was found\n  {}",
        missing.join("\n  ")
    );
    for subject in &subjects {
        let mut command = subject.peer.run_command();
        command.arg(common.scripts.path(TRIVIAL));
        if let Err(error) = process::wall(&mut command, SHORT_RUN_MAX, common.stop) {
            anyhow::ensure!(!common.is_stopped(), error);
            // What is measured next fails likewise, and says so in the table.
            progress(&format!("{subject}, warming up: {error:#}"));
        }
    }
    let before = machine::load_average();
    let mut section = section(subjects)?;
    section.notes.extend(missing);
    print(&format!("\n{section}{}", machine::busy_note(before)))?;
    Ok(section.failures)
}

#[cfg(test)]
mod tests;
