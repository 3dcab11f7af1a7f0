//! The command line of `compare`.

use std::path::PathBuf;

use clap::{Parser, ValueEnum, value_parser};

/// Runs squall beside wrk and k6 on loopback servers of its own and prints tables with ratios:
/// requests/s, CPU per request, memory per VU, and how fast runs and VUs start.
///
/// All parts but `soak` take about a quarter of an hour; `--only` picks some.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Args {
    /// Measure these parts alone
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART,...")]
    pub only: Vec<Part>,

    /// Measure these generators alone
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME,...")]
    pub generators: Vec<PeerName>,

    /// The squall program [default: target/release/squall]
    #[arg(long, value_name = "PATH", env = "SQUALL_BIN")]
    pub squall: Option<PathBuf>,

    /// The component that squall runs: one GET of $TARGET and one check an iteration [default:
    /// the example http-get, built for wasm32-wasip2 in release mode]
    #[arg(long, value_name = "PATH", env = "SQUALL_COMPARE_WASM")]
    pub wasm: Option<PathBuf>,

    /// The wrk program
    #[arg(long, value_name = "PATH", default_value = "wrk", env = "WRK_BIN")]
    pub wrk: PathBuf,

    /// The k6 program
    #[arg(long, value_name = "PATH", default_value = "k6", env = "K6_BIN")]
    pub k6: PathBuf,

    /// The h2load program
    #[arg(long, value_name = "PATH", default_value = "h2load", env = "H2LOAD_BIN")]
    pub h2load: PathBuf,

    /// The server that is loaded
    #[arg(long, value_enum, default_value_t = ServerChoice::Auto)]
    pub server: ServerChoice,

    /// Connections, which is also the number of VUs
    #[arg(long, value_name = "N", default_value_t = 50)]
    #[arg(value_parser = value_parser!(u32).range(1..=20_000))]
    pub connections: u32,

    /// Seconds that each generator runs in each round
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = value_parser!(u64).range(1..=600))]
    pub duration_s: u64,

    /// Rounds; the tables show their medians
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = value_parser!(u32).range(1..=100))]
    pub rounds: u32,

    /// VUs added to measure the memory of a component's VU; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    #[arg(value_parser = value_parser!(u32).range(..=20_000))]
    pub memory_vus: u32,

    /// VUs of squall that are parked to measure the memory of a JavaScript VU
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    #[arg(value_parser = value_parser!(u32).range(2..=50_000))]
    pub parked_vus: u32,

    /// VUs of k6 that are parked for the same
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    #[arg(value_parser = value_parser!(u32).range(2..=50_000))]
    pub parked_vus_k6: u32,

    /// VUs whose start is timed
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    #[arg(value_parser = value_parser!(u32).range(1..=50_000))]
    pub ready_vus: u32,

    /// Runs of each script of one iteration
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = value_parser!(u32).range(1..=1_000))]
    pub start_runs: u32,

    /// Minutes of each run of `soak`
    #[arg(long, value_name = "N", default_value_t = 10)]
    #[arg(value_parser = value_parser!(u64).range(2..=60))]
    pub minutes: u64,

    /// Let server and generators share all cores instead of giving each its own
    #[arg(long)]
    pub no_pin: bool,
}

impl Args {
    /// Whether a part was asked for. The one that takes long has to be named.
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::Soak => self.only.contains(&part),
            _ => self.only.is_empty() || self.only.contains(&part),
        }
    }
}

/// What is measured, in the order in which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// A component beside wrk and k6: requests/s, CPU per request, memory per VU
    Component,
    /// A script with one GET and one check: requests/s and CPU per request
    JsCpu,
    /// 100 streams of one HTTP/2 connection beside h2load: requests/s
    Http2,
    /// Arrivals at constant rates: start lag, evenness, rate
    Pace,
    /// Response times while the server or the generator stands still
    Freeze,
    /// Memory of a parked VU, with and without an open connection
    JsMemory,
    /// What 500 KB of imported libraries add to the memory of a parked VU
    JsLibraries,
    /// Time until very many VUs have started, and the memory then
    JsReady,
    /// Wall time of a run of one iteration
    JsStart,
    /// Descriptors and memory a minute under full load, with connections kept and not; only when
    /// named, for it takes twice `--minutes`
    Soak,
}

/// Which server is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServerChoice {
    /// nginx where it is installed, else the test server
    Auto,
    /// nginx
    Nginx,
    /// The test server of this project
    Own,
}

/// A load generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PeerName {
    /// This project's
    Squall,
    /// The C program
    Wrk,
    /// The Go program that runs JavaScript
    K6,
    /// The C program for HTTP/2
    H2load,
}

impl PeerName {
    /// The name of the program.
    pub fn name(self) -> &'static str {
        match self {
            Self::Squall => "squall",
            Self::Wrk => "wrk",
            Self::K6 => "k6",
            Self::H2load => "h2load",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Args as clap::CommandFactory>::command().debug_assert();
        let args = Args::parse_from(["compare", "--generators", "wrk,k6", "--rounds", "1"]);
        assert_eq!(args.generators, [PeerName::Wrk, PeerName::K6]);
        assert!(args.has(Part::Component) && args.has(Part::JsStart) && !args.has(Part::Soak));
        assert!(Args::parse_from(["compare", "--only", "soak"]).has(Part::Soak));
        let args = Args::parse_from(["compare", "--only", "js-cpu,js-memory"]);
        assert!(args.has(Part::JsCpu) && !args.has(Part::Component));
        assert!(Args::try_parse_from(["compare", "--parked-vus", "1"]).is_err());
        assert!(Args::try_parse_from(["compare", "--duration-s", "0"]).is_err());
        assert!(Args::try_parse_from(["compare", "--connections", "1000000"]).is_err());
    }
}
