//! `compare`: squall, wrk and k6 side by side on one loopback server, as a table. All of it is in
//! `squall_benches::compare`. Exit code 1 when a generator that is there could not be measured.

use std::io::{self, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be there to read it; the exit code says it too.
            drop(writeln!(io::stderr(), "error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
fn run() -> anyhow::Result<()> {
    use clap::Parser as _;
    use squall_benches::compare::{Args, compare};

    compare(&Args::parse())
}

#[cfg(not(target_os = "linux"))]
fn run() -> anyhow::Result<()> {
    anyhow::bail!("the comparison reads CPU times and memory from `/proc`, so it needs Linux")
}
