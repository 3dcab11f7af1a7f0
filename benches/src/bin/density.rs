//! How much memory a parked VU takes, all in: `squall run` with very many VUs, each of which has
//! run one iteration and rests.
//!
//! `cargo run --release -p squall-benches --bin density -- --vus 50000`. Every VU makes one
//! request; its connection is closed afterwards, for a process may have fewer descriptors than VUs.
//! Then the VU is parked by `minIterationDuration`. What is counted is the proportional set size of
//! the whole process and its page tables, divided by the VUs.

#[cfg(not(target_os = "linux"))]
fn main() {
    panic!("this bench reads /proc, which only Linux has");
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::PathBuf;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use anyhow::{Context, bail};
    use clap::Parser;
    use rustix::process::{Pid, Signal, kill_process};
    use squall_benches::compare::memory::Memory;
    use squall_test_support::{Config, TestServer};

    /// How much memory a parked VU takes.
    #[derive(Parser)]
    struct Args {
        /// VUs that are parked at the end.
        #[arg(long, default_value_t = 50_000)]
        vus: u64,
        /// The squall binary.
        #[arg(long, default_value = "target/release/squall")]
        squall: PathBuf,
        /// The guest.
        #[arg(long, default_value = "target/wasm/wasm32-wasip2/release/http_get.wasm")]
        wasm: PathBuf,
        /// Seconds over which the VUs are started.
        #[arg(long, default_value_t = 20)]
        ramp_s: u64,
        /// Seconds after which the bench gives up.
        #[arg(long, default_value_t = 120)]
        timeout_s: u64,
    }

    struct Usage {
        memory: Memory,
        maps: usize,
    }

    pub(super) fn main() -> anyhow::Result<()> {
        let args = Args::parse();
        let server = TestServer::start(Config::default()).context("the target does not start")?;
        let empty = measure(&args, &server, 1)?;
        server.reset();
        let full = measure(&args, &server, args.vus)?;
        print(args.vus, &empty, &full);
        Ok(())
    }

    /// Runs squall until `vus` VUs have made their request, and reads what it uses then.
    fn measure(args: &Args, server: &TestServer, vus: u64) -> anyhow::Result<Usage> {
        let mut child = start(args, server, vus)?;
        let usage = wait_until_parked(&mut child, server, vus, args.timeout_s)
            .and_then(|()| usage(child.id()));
        kill_process(Pid::from_child(&child), Signal::TERM).context("squall is gone")?;
        child.wait()?;
        usage
    }

    fn start(args: &Args, server: &TestServer, vus: u64) -> anyhow::Result<Child> {
        let ramp_s = if vus == 1 { 1 } else { args.ramp_s };
        Command::new(&args.squall)
            .args(["run", "--quiet", "--summary-mode", "disabled", "--no-vu-connection-reuse"])
            .args(["--min-iteration-duration", "1h"])
            .args(["--stage", &format!("{ramp_s}s:{vus}"), "--stage", "1h:0", "--vus", "0"])
            .args(["-e", &format!("TARGET={}", server.url("/"))])
            .arg(&args.wasm)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("{} does not start", args.squall.display()))
    }

    fn wait_until_parked(
        child: &mut Child,
        server: &TestServer,
        vus: u64,
        timeout_s: u64,
    ) -> anyhow::Result<()> {
        let start = Instant::now();
        while server.arrivals_total() < vus {
            if let Some(status) = child.try_wait()? {
                bail!("squall ended early: {status}");
            }
            if start.elapsed() > Duration::from_secs(timeout_s) {
                let seen = server.arrivals_total();
                bail!("{seen} of {vus} VUs made their request within {timeout_s} s");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        // The last iterations end and their connections close.
        std::thread::sleep(Duration::from_secs(1));
        Ok(())
    }

    fn usage(pid: u32) -> anyhow::Result<Usage> {
        let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?.lines().count();
        Ok(Usage { memory: Memory::of_tree(pid)?, maps })
    }

    #[expect(clippy::print_stdout, reason = "printing is what the program is for")]
    fn print(vus: u64, empty: &Usage, full: &Usage) {
        let each_kb = |full_bytes: u64, empty_bytes: u64| {
            let difference_bytes = full_bytes.saturating_sub(empty_bytes) as f64;
            difference_bytes / 1_024.0 / vus.saturating_sub(1).max(1) as f64
        };
        let memory_kb = each_kb(full.memory.bytes(), empty.memory.bytes());
        let tables_kb = each_kb(full.memory.page_tables_bytes, empty.memory.page_tables_bytes);
        println!("| figure | {vus} parked VUs |\n|---|--:|");
        println!("| memory of a VU, page tables included | {memory_kb:.1} KB |");
        println!("| of it page tables | {tables_kb:.2} KB |");
        println!("| whole process | {} MB |", full.memory.bytes() >> 20);
        println!("| process with one VU | {} MB |", empty.memory.bytes() >> 20);
        println!("| mappings (limit 65530 by default) | {} |", full.maps);
    }
}
