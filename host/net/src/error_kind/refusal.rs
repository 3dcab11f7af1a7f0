//! Failures of requests that cannot be sent, whoever finds out: a URL, a method or a header that is
//! none.
//!
//! All but URLs that cannot be read are exchanges that failed, with metrics whose phases are all
//! zero, as k6 has it; see [`ErrorCode::is_measured`].

use crate::error_kind::{ErrorCode, Failure};

impl ErrorCode {
    /// False for what k6 has no metrics of: a URL that cannot be read, of which nothing could be
    /// said in a tag. Anything else is an exchange, also where nothing was sent.
    #[must_use]
    pub const fn is_measured(self) -> bool {
        self.0 != Self::INVALID_URL.0
    }
}

impl Failure {
    /// The URL is none: 1020. `reason` says which and why, in Go's words, which scripts of k6 see.
    #[must_use]
    pub fn invalid_url(reason: &str) -> Self {
        Self::new(ErrorCode::INVALID_URL, format!("invalid URL: {reason}"))
    }

    /// The URL's host is no name and no address: 1000.
    #[must_use]
    pub fn invalid_host(host: &str, problem: &dyn std::fmt::Display) -> Self {
        let message = format!("invalid host `{}` in the URL: {problem}", host.escape_debug());
        Self::new(ErrorCode::GENERIC, message)
    }

    /// The URL's scheme cannot be requested: 1000. Empty when the URL has none.
    #[must_use]
    pub fn unsupported_scheme(scheme: &str) -> Self {
        let message = format!(
            "unsupported protocol scheme \"{}\": expected a URL with `http://` or `https://`",
            scheme.escape_debug()
        );
        Self::new(ErrorCode::GENERIC, message)
    }

    /// The URL has no host: 1000.
    #[must_use]
    pub fn no_host(url: &str) -> Self {
        let message =
            format!("no host in the URL `{}`: expected `http://host/`", url.escape_debug());
        Self::new(ErrorCode::GENERIC, message)
    }

    /// The URL's port is a number, but not of a port: 1210.
    #[must_use]
    pub fn invalid_port(port: &str) -> Self {
        let message = format!("invalid port {}: expected 1 to 65535", port.escape_debug());
        Self::new(ErrorCode::DIAL, message)
    }

    /// The method is not a word: 1000.
    #[must_use]
    pub fn invalid_method(method: &str) -> Self {
        let message = format!(
            "invalid method `{}`: expected letters, such as `GET` or `PURGE`",
            method.escape_debug()
        );
        Self::new(ErrorCode::GENERIC, message)
    }

    /// The header cannot be sent: 1000. `problem` says what is wrong with it.
    #[must_use]
    pub fn invalid_header(name: &str, problem: &str) -> Self {
        let message = format!("invalid header `{}`: {problem}", name.escape_debug());
        Self::new(ErrorCode::GENERIC, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_url_is_not_measured() {
        let unmeasured: Vec<_> = ErrorCode::NAMED.iter().filter(|c| !c.is_measured()).collect();
        assert_eq!(unmeasured, [&ErrorCode::INVALID_URL]);
        assert_eq!(Failure::invalid_url("x").code, ErrorCode::INVALID_URL);
    }

    #[test]
    fn refusals_say_what_was_found_and_stay_one_line() {
        for failure in [
            Failure::invalid_host("a\nb", &"bad"),
            Failure::unsupported_scheme("a\nb"),
            Failure::no_host("a\nb"),
            Failure::invalid_port("a\nb"),
            Failure::invalid_method("a\nb"),
            Failure::invalid_header("a\nb", "bad"),
        ] {
            assert!(failure.message.contains("a\\nb"), "{failure}");
        }
    }
}
