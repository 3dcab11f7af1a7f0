//! What wrk prints at its end, as numbers. Pure.

use anyhow::Context as _;

use super::Counted;

/// Reads wrk's report.
pub fn parse(text: &str) -> anyhow::Result<Counted> {
    let (requests, seconds) = text
        .lines()
        .find_map(requests_line)
        .with_context(|| format!("wrk's report has no line `N requests in T`: {}", text.trim()))?;
    let failed = text.lines().map(failures).sum();
    Ok(Counted { requests, failed, seconds })
}

/// `  570371 requests in 4.04s, 21.76MB read`
fn requests_line(line: &str) -> Option<(u64, f64)> {
    let (count, rest) = line.trim().split_once(" requests in ")?;
    Some((count.parse().ok()?, seconds(rest.split(',').next()?)?))
}

fn seconds(text: &str) -> Option<f64> {
    let units = [("us", 1e-6), ("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3_600.0)];
    let (number, factor) =
        units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)))?;
    number.parse::<f64>().ok().map(|number| number * factor)
}

/// `  Socket errors: connect 0, read 1, write 2, timeout 3` or `  Non-2xx or 3xx responses: 4`
fn failures(line: &str) -> u64 {
    let line = line.trim();
    if let Some(count) = line.strip_prefix("Non-2xx or 3xx responses: ") {
        return count.parse().unwrap_or_default();
    }
    let errors = line.strip_prefix("Socket errors: ").unwrap_or_default();
    errors.split(", ").filter_map(|error| error.split(' ').nth(1)?.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read() {
        let text = "Running 4s test @ http://127.0.0.1:1/\n  1 threads and 50 connections\n\
                    \x20 Thread Stats   Avg      Stdev     Max   +/- Stdev\n\
                    \x20   Latency   664.71us    1.69ms  30.72ms   91.41%\n\
                    \x20 570371 requests in 4.04s, 21.76MB read\nRequests/sec: 141217.15\n";
        let counted = parse(text).unwrap();
        assert_eq!(counted, Counted { requests: 570_371, failed: 0, seconds: 4.04 });
    }

    #[test]
    fn failures_are_added_up() {
        let text = "  10 requests in 1.00m, 1MB read\n\
                    \x20 Socket errors: connect 1, read 2, write 3, timeout 4\n\
                    \x20 Non-2xx or 3xx responses: 5\n";
        let counted = parse(text).unwrap();
        assert_eq!((counted.failed, counted.seconds), (15, 60.0));
    }

    #[test]
    fn something_else_is_an_error() {
        assert!(parse("unable to connect").unwrap_err().to_string().contains("unable to connect"));
        assert!(parse("x requests in y").is_err());
    }
}
