//! `compare`: squall, wrk and k6 side by side on one loopback server, as a table. All of it is in
//! [`squall_benches::compare`].

use clap::Parser as _;
use squall_benches::compare::{Args, compare};

fn main() -> anyhow::Result<()> {
    compare(&Args::parse())
}
