//! The command line of `compare`.

use std::path::PathBuf;

use clap::{Parser, ValueEnum, value_parser};

/// Runs squall, wrk and k6 side by side on one loopback server and prints requests/s, CPU per
/// request and memory per VU as a table with ratios.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Args {
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

    /// Rounds; the table shows their medians
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = value_parser!(u32).range(1..=100))]
    pub rounds: u32,

    /// VUs added for the measurement of memory; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    #[arg(value_parser = value_parser!(u32).range(..=20_000))]
    pub memory_vus: u32,

    /// Let server and generators share all cores instead of giving each its own
    #[arg(long)]
    pub no_pin: bool,

    /// Measure these generators alone
    #[arg(long, value_enum, value_delimiter = ',', value_name = "NAME,...")]
    pub only: Vec<PeerName>,
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
}

impl PeerName {
    /// The name of the program.
    pub fn name(self) -> &'static str {
        match self {
            Self::Squall => "squall",
            Self::Wrk => "wrk",
            Self::K6 => "k6",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Args as clap::CommandFactory>::command().debug_assert();
        let args = Args::parse_from(["compare", "--only", "wrk,k6", "--rounds", "1"]);
        assert_eq!(args.only, [PeerName::Wrk, PeerName::K6]);
        assert!(Args::try_parse_from(["compare", "--duration-s", "0"]).is_err());
        assert!(Args::try_parse_from(["compare", "--connections", "1000000"]).is_err());
    }
}
