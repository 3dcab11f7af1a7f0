//! `squall-target`: the test server as a program, for demonstrations and for tests in other
//! processes.
//!
//! Prints one line with its addresses, serves, and stops by itself: after `--duration-max-s`, or
//! when its standard input ends with `--until-stdin-closes`, so that it cannot outlive a parent
//! that died. It serves loopback addresses only.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use squall_test_support::{Config, Freeze, Limits, Listener, TestServer};

/// A server on loopback for load tests: behaves well or badly as the path asks, and records every
/// arrival.
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP)]
struct Args {
    /// Where plain HTTP/1 is served; the other listeners take free ports of the same IP
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:0")]
    addr: SocketAddr,

    /// Milliseconds that every request waits before it is served
    #[arg(long, value_name = "N", default_value_t = 0)]
    delay_ms: u64,

    /// Milliseconds for which the whole server freezes, once in every period
    #[arg(long, value_name = "F", requires = "freeze_every_ms")]
    freeze_ms: Option<u64>,

    /// Milliseconds from the end of one freeze to the end of the next
    #[arg(long, value_name = "P", requires = "freeze_ms")]
    freeze_every_ms: Option<u64>,

    /// Seconds after which the server stops by itself
    #[arg(long, value_name = "N", default_value_t = 15 * 60)]
    duration_max_s: u64,

    /// Stop as soon as standard input ends
    #[arg(long)]
    until_stdin_closes: bool,

    /// Threads that serve
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,

    /// Arrivals that are kept in full; counts stay exact beyond it
    #[arg(long, value_name = "N", default_value_t = Limits::default().arrivals_max)]
    arrivals_max: usize,
}

const AFTER_HELP: &str = "\
Routes: / /bytes/N /echo /mirror /status/N /delay/MS /json /headers?name=value /catalog /products/ID
        POST and DELETE /auth/token, POST /checkout, /misbehave (lists the misbehaviours)
Record: GET /__arrivals[?path=P], POST /__reset";

fn main() -> ExitCode {
    match serve(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be there to read it; the exit code says it too.
            drop(writeln!(io::stderr(), "error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn serve(args: &Args) -> anyhow::Result<()> {
    let freeze = match (args.freeze_ms, args.freeze_every_ms) {
        (Some(lasts_ms), Some(every_ms)) => {
            Some(Freeze::new(Duration::from_millis(lasts_ms), Duration::from_millis(every_ms))?)
        }
        _ => None,
    };
    let server = TestServer::start(Config {
        address: args.addr,
        threads: args.threads,
        delay: Duration::from_millis(args.delay_ms),
        freeze,
        limits: Limits { arrivals_max: args.arrivals_max, ..Limits::default() },
    })
    .context("the server could not be started")?;

    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", addresses(&server)).context("the addresses could not be printed")?;
    stdout.flush().context("the addresses could not be printed")?;
    drop(stdout);

    wait(Duration::from_secs(args.duration_max_s), args.until_stdin_closes)
}

fn addresses(server: &TestServer) -> String {
    format!(
        "listening {} https={} h2c={} ca={}",
        server.url(""),
        server.https_url(""),
        server.url_of(Listener::H2c, ""),
        server.ca_file().display()
    )
}

/// Returns when the time is over or, if asked for, standard input has ended.
fn wait(lasts: Duration, until_stdin_closes: bool) -> anyhow::Result<()> {
    let (ended, end) = mpsc::sync_channel(1);
    if until_stdin_closes {
        let ended = ended.clone();
        thread::Builder::new()
            .name("stdin".to_owned())
            .spawn(move || {
                // A failed read means the same as its end: nobody is there any more.
                drop(io::copy(&mut io::stdin().lock(), &mut io::sink()));
                let _ = ended.send(());
            })
            .context("the thread that watches standard input could not be started")?;
    }
    // Time over and input ended are both good ends.
    let _ = end.recv_timeout(lasts);
    Ok(())
}
