//! A child process that is measured, ends in time, and never stays behind.
//!
//! CPU is read when the child has ended and is not yet reaped: its `/proc/PID/stat` then holds
//! the final times of the child and of the descendants it waited for. Peak memory is sampled
//! while it runs (`ru_maxrss` would start at the size of this program). [`run`] looks every 10 ms
//! and is for runs of seconds, [`wall`] waits without looking and is for short ones, [`Live`] is
//! for those that are looked at from outside while they run.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, pidfd_open, waitid,
};

use super::memory::private_bytes;

/// How often a child is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is kept of a child's output; what is more is read and thrown away.
const OUTPUT_BYTES_MAX: usize = 256 << 10;

/// Time between asking a child to end and ending it.
const GRACE: Duration = Duration::from_secs(5);

/// How often a wait without a look notices that the user wants to stop.
const NOTICE_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// A child that ended by itself.
#[derive(Debug)]
pub struct Finished {
    /// Standard output, at most 256 KiB.
    pub stdout: String,
    /// Standard error, at most 256 KiB.
    pub stderr: String,
    /// User and system time of the process and its descendants.
    pub cpu: Duration,
    /// Most memory at a time: anonymous and file pages and page tables.
    pub memory_peak_bytes: u64,
}

/// Runs a command to its end. It is ended, and an error returned, when it takes longer than
/// `time_max` or when `stop` is set; an exit code other than 0 is an error too. `look` is called
/// again and again while it runs, with its id and how long it has run.
pub fn run(
    command: &mut Command,
    time_max: Duration,
    stop: &AtomicBool,
    mut look: impl FnMut(u32, Duration),
) -> anyhow::Result<Finished> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Guarded::spawn(command)?;
    let stdout = child.child.stdout.take().map(keep);
    let stderr = child.child.stderr.take().map(keep);
    let started = Instant::now();
    let mut memory_peak_bytes = 0;
    while !child.has_ended()? {
        ensure!(!stop.load(Ordering::Relaxed), "interrupted while `{name}` ran");
        if started.elapsed() > time_max {
            bail!("`{name}` was still running after {} s and was ended", time_max.as_secs());
        }
        memory_peak_bytes = private_bytes(child.pid()).max(memory_peak_bytes);
        look(child.pid(), started.elapsed());
        thread::sleep(LOOK_EVERY);
    }
    let cpu = child.cpu()?;
    let status = child.child.wait().context("a child could not be waited for")?;
    let [stdout, stderr] = [stdout, stderr]
        .map(|output| output.and_then(|output| output.join().ok()).unwrap_or_default());
    ensure!(status.success(), "`{name}` ended with {status}{}", last_lines(&stderr, &stdout));
    Ok(Finished { stdout, stderr, cpu, memory_peak_bytes })
}

/// The wall time of a command, from its start to its end. What it prints is thrown away; bounds
/// and errors are those of [`run`].
pub fn wall(
    command: &mut Command,
    time_max: Duration,
    stop: &AtomicBool,
) -> anyhow::Result<Duration> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut child = Guarded::spawn(command)?;
    let stderr = child.child.stderr.take().map(keep);
    let handle = pidfd_open(Pid::from_child(&child.child), PidfdFlags::empty())
        .context("a child cannot be waited for; measuring needs Linux 5.3")?;
    loop {
        match poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&NOTICE_EVERY)) {
            Ok(1..) => break,
            Ok(0) | Err(Errno::INTR) => {}
            Err(error) => return Err(error).context("a child could not be waited for"),
        }
        ensure!(!stop.load(Ordering::Relaxed), "interrupted while `{name}` ran");
        if started.elapsed() > time_max {
            bail!("`{name}` was still running after {} s and was ended", time_max.as_secs());
        }
    }
    let wall = started.elapsed();
    let status = child.child.wait().context("a child could not be waited for")?;
    let stderr = stderr.and_then(|output| output.join().ok()).unwrap_or_default();
    ensure!(status.success(), "`{name}` ended with {status}{}", last_lines(&stderr, ""));
    Ok(wall)
}

/// A child that runs until this is dropped.
#[derive(Debug)]
pub struct Live {
    child: Guarded,
    name: String,
    stderr: Option<JoinHandle<String>>,
}

impl Live {
    /// Starts the child. What it prints is thrown away, what it complains of is kept.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = Guarded::spawn(command)?;
        let stderr = child.child.stderr.take().map(keep);
        Ok(Self { child, name, stderr })
    }

    /// The id of the process.
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// An error, with the child's own words, when it has ended.
    pub fn check(&mut self) -> anyhow::Result<()> {
        let Some(status) = self.child.child.try_wait().context("a child is lost")? else {
            return Ok(());
        };
        let said = self.stderr.take().and_then(|output| output.join().ok()).unwrap_or_default();
        bail!("`{}` ended too early, with {status}{}", self.name, last_lines(&said, ""))
    }
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
    }

    #[test]
    fn a_child_is_measured_with_its_children() {
        let stop = AtomicBool::new(false);
        // Both the shell and its child burn some time.
        let script = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; echo oops >&2";
        let finished =
            run(&mut shell(&format!("sh -c '{script}'; {script}")), LONG, &stop, |_, _| ())
                .unwrap();
        assert_eq!(finished.stdout, "done\ndone\n");
        assert_eq!(finished.stderr, "oops\noops\n");
        assert!(finished.cpu >= Duration::from_millis(20), "{:?}", finished.cpu);
        assert!(finished.memory_peak_bytes > 100_000);
    }

    #[test]
    fn failures_say_what_the_child_said() {
        let stop = AtomicBool::new(false);
        let error =
            run(&mut shell("echo no such thing >&2; exit 3"), LONG, &stop, |_, _| ()).unwrap_err();
        assert!(error.to_string().contains("no such thing"), "{error}");
        let error = run(&mut Command::new("/nowhere/at/all"), LONG, &stop, |_, _| ()).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"), "{error}");
    }

    #[test]
    fn a_child_ends_when_time_is_over_or_the_user_stops() {
        let stop = AtomicBool::new(false);
        let started = Instant::now();
        let error = run(&mut shell("exec sleep 60"), Duration::from_millis(50), &stop, |_, _| ())
            .unwrap_err();
        assert!(error.to_string().contains("still running"), "{error}");
        stop.store(true, Ordering::Relaxed);
        let error = run(&mut shell("exec sleep 60"), LONG, &stop, |_, _| ()).unwrap_err();
        assert!(error.to_string().contains("interrupted"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(50));
    }

    #[test]
    fn short_runs_are_timed_and_checked() {
        let stop = AtomicBool::new(false);
        let lasted = wall(&mut shell("sleep 0.05"), LONG, &stop).unwrap();
        assert!(lasted >= Duration::from_millis(50), "{lasted:?}");
        let error = wall(&mut shell("echo no such thing >&2; exit 3"), LONG, &stop).unwrap_err();
        assert!(error.to_string().contains("no such thing"), "{error}");
        let mut endless = shell("exec sleep 60");
        let error = wall(&mut endless, Duration::from_millis(50), &stop).unwrap_err();
        assert!(error.to_string().contains("still running"), "{error}");
        stop.store(true, Ordering::Relaxed);
        let error = wall(&mut endless, LONG, &stop).unwrap_err();
        assert!(error.to_string().contains("interrupted"), "{error}");
    }

    #[test]
    fn a_live_child_says_why_it_ended() {
        let mut live = Live::start(&mut shell("exec sleep 60")).unwrap();
        live.check().unwrap();
        assert!(live.pid() > 0);
        drop(live);
        let mut live = Live::start(&mut shell("echo no such thing >&2; exit 3")).unwrap();
        let started = Instant::now();
        let error = loop {
            if let Err(error) = live.check() {
                break error.to_string();
            }
            assert!(started.elapsed() < LONG);
            thread::sleep(LOOK_EVERY);
        };
        assert!(error.contains("exit status: 3: no such thing"), "{error}");
    }

    #[test]
    fn output_is_bounded() {
        let stop = AtomicBool::new(false);
        let finished =
            run(&mut shell("head -c 1000000 /dev/zero"), LONG, &stop, |_, _| ()).unwrap();
        assert_eq!(finished.stdout.len(), OUTPUT_BYTES_MAX);
    }
}
