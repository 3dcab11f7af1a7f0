//! What h2load prints at its end, as numbers. Pure.

use std::time::Duration;

use anyhow::Context as _;

use super::Counted;

/// Streams at a time on each connection.
pub const STREAMS: u32 = 100;

/// Reads h2load's report. `duration` is how long the load was asked to last, which it keeps to:
/// `requests: 9 total, 9 started, 9 done, 8 succeeded, 1 failed, 0 errored, 0 timeout`
pub fn parse(text: &str, duration: Duration) -> anyhow::Result<Counted> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("requests: "))
        .with_context(|| format!("h2load's report has no line `requests:`: {}", text.trim()))?;
    let count = |what: &str| {
        let mut parts = line.split(", ").filter_map(|part| part.trim().split_once(' '));
        parts.find(|(_, name)| *name == what).and_then(|(count, _)| count.parse::<u64>().ok())
    };
    let requests = count("done").context("h2load's report does not say how many are done")?;
    let failed = count("failed").unwrap_or_default() + count("errored").unwrap_or_default();
    Ok(Counted { requests, failed, seconds: duration.as_secs_f64() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read() {
        let text = "starting benchmark...\n\nfinished in 5.00s, 100000.20 req/s, 3.34MB/s\n\
            requests: 500001 total, 500101 started, 500001 done, 499998 succeeded, 2 failed, \
            1 errored, 0 timeout\nstatus codes: 499998 2xx, 0 3xx, 0 4xx, 0 5xx\n";
        let counted = parse(text, Duration::from_secs(5)).unwrap();
        assert_eq!(counted, Counted { requests: 500_001, failed: 3, seconds: 5.0 });
        assert!(parse("no", Duration::from_secs(5)).is_err());
    }
}
