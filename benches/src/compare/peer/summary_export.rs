//! The file of `--summary-export`, which squall and k6 write in one shape. Pure.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

use super::Counted;

/// Reads the counts. `duration` is how long the load was asked to last; the file's own rate tells
/// how long it did.
pub fn parse(text: &str, duration: Duration) -> anyhow::Result<Counted> {
    let export: Value = serde_json::from_str(text).context("the summary export is not JSON")?;
    let number = |metric: &str, stat: &str| export["metrics"][metric][stat].as_f64();
    let requests = number("http_reqs", "count")
        .context("the summary export has no `metrics.http_reqs.count`")?;
    // Of a rate, `passes` counts what was true: here, that the request failed.
    let failed = number("http_req_failed", "passes").unwrap_or_default();
    let unchecked = number("checks", "fails").unwrap_or_default();
    let rate = number("http_reqs", "rate").filter(|rate| *rate > 0.0);
    let seconds = rate.map_or(duration.as_secs_f64(), |rate| requests / rate);
    Ok(Counted { requests: requests as u64, failed: failed.max(unchecked) as u64, seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN_S: Duration = Duration::from_secs(10);

    #[test]
    fn counts_and_the_real_duration_are_read() {
        let text = r#"{"root_group": {}, "metrics": {
            "http_reqs": {"count": 1000, "rate": 80.0},
            "http_req_failed": {"passes": 3, "fails": 997, "value": 0.003},
            "checks": {"passes": 993, "fails": 7, "value": 0.993}}}"#;
        let counted = parse(text, TEN_S).unwrap();
        assert_eq!(counted, Counted { requests: 1_000, failed: 7, seconds: 12.5 });
    }

    #[test]
    fn without_a_rate_the_asked_duration_counts() {
        let counted = parse(r#"{"metrics": {"http_reqs": {"count": 50}}}"#, TEN_S).unwrap();
        assert_eq!(counted, Counted { requests: 50, failed: 0, seconds: 10.0 });
    }

    #[test]
    fn something_else_is_an_error() {
        assert!(parse("", TEN_S).is_err());
        assert!(parse("{}", TEN_S).unwrap_err().to_string().contains("http_reqs"));
    }
}
