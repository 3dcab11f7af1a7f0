//! Squall beside wrk and k6: same server, same load, same cores, turn and turn about.
//!
//! Absolute numbers of a shared machine mean little and ratios of interleaved rounds mean a lot,
//! so rounds are interleaved and the tables show medians, ratios and how busy the machine was. The
//! server gets cores of its own where there are enough. CPU is what the kernel charged to the
//! generator's processes, start-up included.
//!
//! - [`args`]: the command line
//! - [`machine`]: which cores for whom, what machine it is and how busy
//! - [`server`]: nginx, or the test server where there is no nginx
//! - [`scripts`]: what squall and k6 run, with [`library`] for 500 KB of imports
//! - [`peer`]: how each generator is called and its result read
//! - [`process`]: run a child within a time, measure it, end it in any case
//! - [`memory`]: what processes take
//! - [`component`]: squall running a component, beside wrk and k6
//! - [`js`]: squall running JavaScript, beside k6
//! - [`http2`]: many streams of one connection, beside h2load
//! - [`open`]: arrivals at planned instants: start lag, evenness, honest response times
//! - [`soak`]: squall under full load for minutes: descriptors and memory
//! - [`statistics`], [`grid`]: medians, ratios, markdown

pub mod args;
pub mod component;
pub mod grid;
pub mod http2;
pub mod js;
pub mod library;
pub mod machine;
pub mod memory;
pub mod open;
pub mod peer;
pub mod process;
pub mod scripts;
pub mod server;
pub mod soak;
pub mod statistics;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use signal_hook::consts::{SIGINT, SIGTERM};

pub use self::args::Args;
use self::args::Part;
use self::machine::{Machine, Placement};
use self::scripts::Scripts;
use self::server::Server;

/// What all measurements have in common.
#[derive(Debug)]
pub struct Common<'a> {
    /// The command line.
    pub args: &'a Args,
    /// Which cores are whose.
    pub placement: &'a Placement,
    /// What squall and k6 run.
    pub scripts: &'a Scripts,
    /// Set when the user wants to stop.
    pub stop: &'a AtomicBool,
}

impl Common<'_> {
    /// Whether the user wants to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Runs the comparison and prints its tables on standard output as they are measured, its progress
/// on standard error. A generator that is missing is named; one that fails is an error, after the
/// last table.
pub fn compare(args: &Args) -> anyhow::Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .context("the handlers of SIGINT and SIGTERM could not be installed")?;
    }
    machine::raise_open_files();
    let placement = Placement::new(!args.no_pin)?;
    let scripts = Scripts::write()?;
    let common = Common { args, placement: &placement, scripts: &scripts, stop: &stop };
    print(&Machine::read().line)?;
    let mut failures = Vec::new();
    // One server for the parts that load it as fast as they can, gone before times are measured.
    if [Part::Component, Part::JsCpu, Part::Http2, Part::Soak]
        .into_iter()
        .any(|part| args.has(part))
    {
        let server = placement.on_server_cores(|| Server::start(args.server, &placement))??;
        if args.has(Part::Component) {
            let before = machine::load_average();
            let table = component::measure(&common, peer::find(args, &scripts), &server)?;
            print(&format!("\n{table}{}", machine::busy_note(before)))?;
            failures.extend(table.failures());
        }
        if args.has(Part::JsCpu) {
            let cpu = |subjects| js::cpu::section(&common, &server, subjects);
            failures.extend(js::measure(&common, cpu)?);
        }
        if args.has(Part::Http2) {
            failures.extend(http2::measure(&common, &server)?);
        }
        if args.has(Part::Soak) {
            failures.extend(soak::measure(&common, &server)?);
        }
    }
    if args.has(Part::Pace) {
        failures.extend(open::pace::measure(&common)?);
    }
    if args.has(Part::Freeze) {
        failures.extend(open::freeze::measure(&common)?);
    }
    if args.has(Part::JsMemory) {
        failures.extend(js::measure(&common, |all| js::memory::section(&common, &all))?);
    }
    if args.has(Part::JsLibraries) {
        failures.extend(js::measure(&common, |all| js::libraries::section(&common, &all))?);
    }
    if args.has(Part::JsReady) {
        failures.extend(js::measure(&common, |all| js::ready::section(&common, all))?);
    }
    if args.has(Part::JsStart) {
        failures.extend(js::measure(&common, |all| js::start::section(&common, &all))?);
    }
    anyhow::ensure!(failures.is_empty(), "not measured to the end: {}", failures.join(", "));
    Ok(())
}

/// Prints on standard output, at once: somebody who stops after half of the parts has half of the
/// tables.
fn print(what: &dyn Display) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{what}")
        .and_then(|()| stdout.flush())
        .context("the table could not be printed")
}

/// A line for whoever waits. Nobody may be there to read it, which is no reason to stop.
fn progress(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
