//! Writes the summary itself.
//!
//! `CASE`: `report` (the default: to standard output, standard error and `OUT`, which is
//! `summary.json` unless said), `empty` (writes nothing), `error` or `panic` (squall prints its own
//! summary).

use squall_sdk::prelude::*;

#[metric]
static THINGS: Counter = Counter::new("things_done");

#[scenario]
fn default() {
    THINGS.add(1);
    check!((), "passes" => true, "fails" => false);
}

#[handle_summary]
fn handle_summary(summary: &Summary) -> Result<Report> {
    match execution::env("CASE").as_deref() {
        Some("empty") => return Ok(Report::new()),
        Some("error") => bail!("no summary today"),
        Some("panic") => panic!("a panic in the summary"),
        _ => {}
    }
    let data: JsonValue = summary.read()?;
    let done = &data["metrics"]["things_done"]["values"]["count"];
    let path = execution::env("OUT").unwrap_or("summary.json".to_owned());
    Ok(Report::new()
        .stdout(format!("things done: {done}\n"))
        .stderr("to standard error\n")
        .file(path, summary.json()))
}
