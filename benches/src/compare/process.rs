//! A child process that is measured, ends in time, and never stays behind.
//!
//! CPU is read when the child has ended and is not yet reaped: its `/proc/PID/stat` then holds
//! the final times of the child and of the descendants it waited for. Peak memory is sampled
//! while it runs, as the sum of `VmHWM` over the process and its descendants (`ru_maxrss` would
//! start at the size of this program).

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};

/// How often a child is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is kept of a child's output; what is more is read and thrown away.
const OUTPUT_BYTES_MAX: usize = 256 << 10;

/// Time between asking a child to end and ending it.
const GRACE: Duration = Duration::from_secs(5);

/// Levels of descendants that are counted.
const DEPTH_MAX: u32 = 8;

/// A child that ended by itself.
#[derive(Debug)]
pub struct Finished {
    /// Standard output, at most 256 KiB.
    pub stdout: String,
    /// Standard error, at most 256 KiB.
    pub stderr: String,
    /// User and system time of the process and its descendants.
    pub cpu: Duration,
    /// Most memory resident at a time.
    pub rss_peak_bytes: u64,
}

/// Runs a command to its end. It is ended, and an error returned, when it takes longer than
/// `time_max` or when `stop` is set; an exit code other than 0 is an error too.
pub fn run(
    command: &mut Command,
    time_max: Duration,
    stop: &AtomicBool,
) -> anyhow::Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Guarded::spawn(command)?;
    let stdout = child.child.stdout.take().map(keep);
    let stderr = child.child.stderr.take().map(keep);
    let started = Instant::now();
    let mut rss_peak_bytes = 0;
    while !child.has_ended()? {
        ensure!(!stop.load(Ordering::Relaxed), "interrupted while `{name}` ran");
        if started.elapsed() > time_max {
            bail!("`{name}` was still running after {} s and was ended", time_max.as_secs());
        }
        rss_peak_bytes = rss_peak_bytes.max(tree_rss_bytes(child.pid(), 0));
        thread::sleep(LOOK_EVERY);
    }
    let cpu = child.cpu()?;
    let status = child.child.wait().context("a child could not be waited for")?;
    let [stdout, stderr] = [stdout, stderr]
        .map(|output| output.and_then(|output| output.join().ok()).unwrap_or_default());
    ensure!(status.success(), "`{name}` ended with {status}{}", last_lines(&stderr, &stdout));
    Ok(Finished { stdout, stderr, cpu, rss_peak_bytes })
}

/// A child that is ended when this is dropped: asked first, and not asked if that does not help.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
}

impl Guarded {
    /// Starts the child.
    pub fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("`{name}` could not be started"))?;
        Ok(Self { child })
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the child has ended. It stays a zombie, so that it can still be asked.
    pub fn has_ended(&self) -> anyhow::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let ended = waitid(WaitId::Pid(Pid::from_child(&self.child)), options)
            .context("a child could not be waited for")?;
        Ok(ended.is_some())
    }

    fn cpu(&self) -> anyhow::Result<Duration> {
        let path = format!("/proc/{}/stat", self.pid());
        let stat = std::fs::read_to_string(&path)
            .with_context(|| format!("`{path}` cannot be read; measuring needs Linux"))?;
        let ticks = cpu_ticks(&stat).with_context(|| format!("`{path}` has no CPU times"))?;
        Ok(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let asked = Instant::now();
        let mut is_asked = false;
        while asked.elapsed() < GRACE {
            // Only while it is not reaped is its number surely its own.
            let Ok(None) = self.child.try_wait() else { return };
            if !is_asked {
                // A failure means that it has just ended.
                let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
                is_asked = true;
            }
            thread::sleep(LOOK_EVERY);
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads a pipe to its end on a thread of its own, so that the child never waits for us.
fn keep(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut block = [0; 8 << 10];
        while let Ok(bytes @ 1..) = pipe.read(&mut block) {
            let room = OUTPUT_BYTES_MAX - kept.len();
            kept.extend_from_slice(&block[..bytes.min(room)]);
        }
        String::from_utf8_lossy(&kept).into_owned()
    })
}

/// The end of what a child said, on one line behind a colon; nothing if it said nothing.
fn last_lines(stderr: &str, stdout: &str) -> String {
    let said = if stderr.trim().is_empty() { stdout } else { stderr };
    let lines: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(5)..];
    if last.is_empty() { String::new() } else { format!(": {}", last.join(" | ")) }
}

/// Peak resident memory of a process and its descendants; 0 for what is gone.
fn tree_rss_bytes(pid: u32, depth: u32) -> u64 {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}"));
    let own = read("status").ok().and_then(|status| rss_peak_bytes(&status)).unwrap_or_default();
    let children = read(&format!("task/{pid}/children")).unwrap_or_default();
    let below: u64 = children
        .split_whitespace()
        .filter(|_| depth < DEPTH_MAX)
        .filter_map(|child| child.parse().ok())
        .map(|child| tree_rss_bytes(child, depth + 1))
        .sum();
    own + below
}

/// `VmHWM` of `/proc/PID/status`.
fn rss_peak_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1_024)
}

/// The sum of utime, stime, cutime and cstime of `/proc/PID/stat`.
fn cpu_ticks(stat: &str) -> Option<u64> {
    // The command stands in parentheses and may hold anything; the fields after it are plain.
    let (_, fields) = stat.rsplit_once(')')?;
    let times: Vec<u64> =
        fields.split_whitespace().skip(11).take(4).filter_map(|field| field.parse().ok()).collect();
    (times.len() == 4).then(|| times.iter().sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn proc_files_are_understood() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 5 6 7";
        assert_eq!(cpu_ticks(stat), Some(11 + 22 + 33 + 44));
        assert_eq!(cpu_ticks("7 (a) S 1"), None);
        assert_eq!(rss_peak_bytes("Name:\tx\nVmHWM:\t    2048 kB\n"), Some(2 << 20));
        assert_eq!(rss_peak_bytes("Name:\tx\n"), None);
    }

    #[test]
    fn a_child_is_measured_with_its_children() {
        let stop = AtomicBool::new(false);
        // Both the shell and its child burn some time.
        let script = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; echo oops >&2";
        let finished =
            run(&mut shell(&format!("sh -c '{script}'; {script}")), LONG, &stop).unwrap();
        assert_eq!(finished.stdout, "done\ndone\n");
        assert_eq!(finished.stderr, "oops\noops\n");
        assert!(finished.cpu >= Duration::from_millis(20), "{:?}", finished.cpu);
        assert!(finished.rss_peak_bytes > 100_000);
    }

    #[test]
    fn failures_say_what_the_child_said() {
        let stop = AtomicBool::new(false);
        let error = run(&mut shell("echo no such thing >&2; exit 3"), LONG, &stop).unwrap_err();
        assert!(error.to_string().contains("no such thing"), "{error}");
        let error = run(&mut Command::new("/nowhere/at/all"), LONG, &stop).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }

    #[test]
    fn a_child_ends_when_time_is_over_or_the_user_stops() {
        let stop = AtomicBool::new(false);
        let started = Instant::now();
        let error = run(&mut shell("exec sleep 60"), Duration::from_millis(50), &stop).unwrap_err();
        assert!(error.to_string().contains("still running"), "{error}");
        stop.store(true, Ordering::Relaxed);
        let error = run(&mut shell("exec sleep 60"), LONG, &stop).unwrap_err();
        assert!(error.to_string().contains("interrupted"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(50));
    }

    #[test]
    fn output_is_bounded() {
        let stop = AtomicBool::new(false);
        let finished = run(&mut shell("head -c 1000000 /dev/zero"), LONG, &stop).unwrap();
        assert_eq!(finished.stdout.len(), OUTPUT_BYTES_MAX);
    }
}
