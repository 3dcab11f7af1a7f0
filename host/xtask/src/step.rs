//! Runs programs, and steps that have a name, a time and a result.
//!
//! What a program prints goes through at once and is read on the way for the totals of its tests. A
//! failed step does not stop the others: one run shows all that is wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, bail};

use crate::clock::{Stopwatch, human};
use crate::say::say;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tests {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tests {
    pub(crate) fn add(&mut self, other: Tests) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All is well.
    Passed,
    /// There was nothing to run it with; says what is missing.
    Skipped(String),
}

/// `cargo`, the one that runs us, in a folder.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(folder);
    command
}

/// Runs a program to its end; it must succeed.
pub(crate) fn must(mut command: Command) -> Result<()> {
    let text = text_of(&command);
    say(&format!("$ {text}"));
    let status = command.status().with_context(|| format!("`{text}` cannot be started"))?;
    if !status.success() {
        bail!("`{text}` failed ({status})");
    }
    Ok(())
}

/// Runs a program to its end and adds the tests it reports, also when it fails.
pub(crate) fn counted(command: Command, tests: &mut Tests) -> Result<()> {
    counted_to(command, tests, (std::io::stdout(), std::io::stderr()))
}

fn counted_to(
    mut command: Command,
    tests: &mut Tests,
    (out, err): (impl Write + Send + 'static, impl Write + Send + 'static),
) -> Result<()> {
    let text = text_of(&command);
    say(&format!("$ {text}"));
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.with_context(|| format!("`{text}` cannot be started"))?;
    let stdout = child.stdout.take().map(|pipe| pass_on(pipe, out));
    let stderr = child.stderr.take().map(|pipe| pass_on(pipe, err));
    for reader in [stdout, stderr].into_iter().flatten() {
        // A reader that panicked has counted nothing; the exit status still tells.
        tests.add(reader.join().unwrap_or_default());
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{text}` failed ({status})");
    }
    Ok(())
}

/// Copies line by line and counts on the way.
fn pass_on(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
) -> thread::JoinHandle<Tests> {
    thread::spawn(move || {
        let mut tests = Tests::default();
        let mut reader = BufReader::new(from);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(length) if length > 0) {
            let _ = to.write_all(&line);
            let _ = to.flush();
            if let Some(found) = test_totals(&String::from_utf8_lossy(&line)) {
                tests.add(found);
            }
            line.clear();
        }
        tests
    })
}

/// Reads the closing lines of libtest and of nextest:
/// `test result: ok. 5 passed; 0 failed; ...` and
/// `Summary [   1.2s] 7 tests run: 5 passed (1 slow), 1 failed, 1 timed out, 0 skipped`.
fn test_totals(line: &str) -> Option<Tests> {
    let line = without_colours(line);
    let line = line.trim();
    let list = if let Some(rest) = line.strip_prefix("test result: ") {
        rest.split_once(". ")?.1
    } else if line.starts_with("Summary [") {
        line.split_once("run: ")?.1
    } else {
        return None;
    };
    let mut tests = Tests::default();
    for part in list.split([';', ',']) {
        let Some((count, what)) = part.trim().split_once(' ') else { continue };
        let Ok(count) = count.parse::<u64>() else { continue };
        if what.starts_with("passed") {
            tests.passed += count;
        } else if ["failed", "timed out", "exec failed"].iter().any(|word| what.starts_with(word)) {
            tests.failed += count;
        }
    }
    Some(tests)
}

/// The line without the escape sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or("", |(_, after)| after));
    }
    plain
}

/// The command as one would type it in the root of the repository.
fn text_of(command: &Command) -> String {
    let root = crate::root().unwrap_or_default();
    let folder = command.get_current_dir().and_then(|folder| folder.strip_prefix(root).ok());
    let mut text = match folder {
        Some(folder) if folder != Path::new("") => format!("cd {} && ", folder.display()),
        _ => String::new(),
    };
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    text.push_str(&program.to_string_lossy());
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Counts what the steps of a run came to.
#[derive(Default)]
pub(crate) struct Steps {
    passed: u64,
    failed: Vec<&'static str>,
    skipped: u64,
    tests: Tests,
}

impl Steps {
    /// Runs one step, says how it ended and how long it took.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        step: impl FnOnce(&mut Tests) -> Result<Ended>,
    ) {
        say(&format!("\n== {name}"));
        let stopwatch = Stopwatch::start();
        let result = step(&mut self.tests);
        let time = human(stopwatch.elapsed());
        match result {
            Ok(Ended::Passed) => {
                self.passed += 1;
                say(&format!("== {name}: ok ({time})"));
            }
            Ok(Ended::Skipped(reason)) => {
                self.skipped += 1;
                say(&format!("== {name}: skipped ({reason})"));
            }
            Err(error) => {
                self.failed.push(name);
                say(&format!("== {name}: FAILED ({time}): {error:#}"));
            }
        }
    }

    /// The closing lines. True when nothing failed.
    pub(crate) fn close(&self) -> bool {
        say("");
        if !self.failed.is_empty() {
            say(&format!("failed steps: {}", self.failed.join(", ")));
        }
        say(&self.totals());
        self.failed.is_empty() && self.tests.failed == 0
    }

    /// One plain line: steps and tests together, then each by itself.
    fn totals(&self) -> String {
        let Tests { passed, failed } = self.tests;
        let steps_failed = self.failed.len() as u64;
        let skipped = match self.skipped {
            0 => String::new(),
            count => format!(", {count} skipped"),
        };
        format!(
            "{} passed, {} failed (steps: {} passed, {steps_failed} failed{skipped}; \
             tests: {passed} passed, {failed} failed)",
            self.passed + passed,
            steps_failed + failed,
            self.passed,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_totals_of_libtest() {
        let line = "test result: FAILED. 74 passed; 2 failed; 1 ignored; 0 measured; 0 filtered \
            out";
        assert_eq!(test_totals(line), Some(Tests { passed: 74, failed: 2 }));
        let line = "test result: ok. 5 passed; 0 failed; 0 ignored; finished in 0.45s\n";
        assert_eq!(test_totals(line), Some(Tests { passed: 5, failed: 0 }));
    }

    #[test]
    fn reads_the_totals_of_nextest() {
        let line = "     Summary [   1.203s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed \
            out, 3 skipped";
        assert_eq!(test_totals(line), Some(Tests { passed: 6, failed: 3 }));
        let line = "     Summary [   0.003s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(test_totals(line), Some(Tests { passed: 1, failed: 0 }));
    }

    #[test]
    fn colours_do_not_hide_the_totals() {
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \
                    \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(test_totals(line), Some(Tests { passed: 2, failed: 0 }));
    }

    #[test]
    fn other_lines_are_not_totals() {
        for line in [
            "",
            "running 5 tests",
            "test a ... ok",
            "5 passed",
            "Summary of the year: 5 \
            passed",
        ] {
            assert_eq!(test_totals(line), None, "{line}");
        }
    }

    #[test]
    fn a_failed_step_is_counted_and_the_rest_goes_on() {
        let mut steps = Steps::default();
        steps.run("one", |tests| {
            tests.add(Tests { passed: 3, failed: 1 });
            bail!("no")
        });
        steps.run("two", |tests| {
            tests.add(Tests { passed: 4, failed: 0 });
            Ok(Ended::Passed)
        });
        steps.run("three", |_| Ok(Ended::Skipped("not installed".to_owned())));
        assert_eq!(
            steps.totals(),
            "8 passed, 2 failed (steps: 1 passed, 1 failed, 1 skipped; tests: 7 passed, 1 failed)"
        );
        assert!(!steps.close());
    }

    #[test]
    fn commands_read_as_one_would_type_them() {
        let root = crate::root().unwrap();
        let text = |folder: &Path| text_of(&cargo(folder, &["build", "--release"]));
        assert_eq!(text(&root), "cargo build --release");
        assert_eq!(text(&root.join("tests/guests")), "cd tests/guests && cargo build --release");
    }

    #[test]
    fn programs_are_counted_through_their_output() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo 'test result: ok. 2 passed; 0 failed'; exit 3"]);
        let mut tests = Tests::default();
        let nowhere = || (std::io::sink(), std::io::sink());
        let result = counted_to(command, &mut tests, nowhere());
        assert_eq!(tests, Tests { passed: 2, failed: 0 });
        assert!(result.unwrap_err().to_string().contains("exit status: 3"));
        let result = counted_to(Command::new("no-such-program-here"), &mut tests, nowhere());
        assert!(result.unwrap_err().to_string().contains("cannot be started"));
    }
}
