//! `cargo xtask demo`: from a fresh clone to a load test in one command.
//!
//! Builds squall, the test server and the example `http-get`, starts the server on a free port of
//! this machine, and lets squall put load on it for ten seconds. The server is ended by its own
//! handle, however this ends.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::build;
use crate::say::say;
use crate::setup;
use crate::step::{cargo, must};

const EXAMPLE: &str = "http-get";
/// Starting a small server takes milliseconds; a busy machine gets more.
const LISTENING_WITHIN: Duration = Duration::from_secs(20);

/// Sets everything up and runs the demo.
pub(crate) fn demo(root: &Path) -> Result<()> {
    setup::setup(root)?;
    say("building squall; the first time takes some minutes");
    let packages = ["--package", "squall-cli", "--package", "squall-test-support"];
    let mut command = cargo(root, &["build", "--bins"]);
    command.args(packages);
    must(command)?;
    let script = build::example(root, EXAMPLE)?;
    let programs = build::programs_dir(root);

    let server = Server::start(&programs.join("squall-target"))?;
    say(&format!("\na server listens on {}; ten seconds of load follow\n", server.url));
    let target = format!("TARGET={}", server.url);
    let script = script.strip_prefix(root).unwrap_or(&script);
    let mut command = Command::new(programs.join("squall"));
    command.args(["run", "-e", &target, "--vus", "10", "--duration", "10s"]);
    command.arg(script).current_dir(root);
    must(command)?;
    say("\nnext: look at examples/, or run everything that is checked with `cargo xtask test`");
    Ok(())
}

/// The test server, for as long as this value lives.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(program: &Path) -> Result<Server> {
        // It also ends when this process dies without a chance to end it: its input closes then.
        let child = Command::new(program)
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        // From here on, dropping the value ends the process.
        let mut server = Server { child, url: String::new() };
        let stdout = server.child.stdout.take().context("the server has no output")?;
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::spawn(move || {
            let mut found = None;
            // Reads to the end, so that the server never writes into a closed pipe.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if found.is_none() {
                    found = listening(&line);
                    if let Some(url) = &found {
                        let _ = sender.send(url.clone());
                    }
                }
            }
        });
        match receiver.recv_timeout(LISTENING_WITHIN) {
            Ok(url) => server.url = url,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                bail!("the server {} ended before it listened", program.display())
            }
            Err(mpsc::RecvTimeoutError::Timeout) => bail!(
                "the server {} did not say within {} s where it listens",
                program.display(),
                LISTENING_WITHIN.as_secs()
            ),
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing to do about that here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in a line such as `listening http://127.0.0.1:8080 ...`, with a slash at its end.
fn listening(line: &str) -> Option<String> {
    let url = line.strip_prefix("listening ")?.split_whitespace().next()?;
    let url = url.trim_end_matches('/');
    url.starts_with("http://").then(|| format!("{url}/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_the_line() {
        let url = Some("http://127.0.0.1:4711/".to_owned());
        assert_eq!(listening("listening http://127.0.0.1:4711 https://127.0.0.1:4712"), url);
        assert_eq!(listening("listening http://127.0.0.1:4711/"), url);
        assert_eq!(listening("listening"), None);
        assert_eq!(listening("started"), None);
        assert_eq!(listening("listening on port 80"), None);
    }

    #[test]
    fn a_server_that_ends_at_once_is_an_error() {
        let error = Server::start(Path::new("true")).err().map(|error| error.to_string());
        assert!(error.is_some_and(|text| text.contains("ended before it listened")));
        assert!(Server::start(Path::new("no-such-program-here")).is_err());
    }
}
