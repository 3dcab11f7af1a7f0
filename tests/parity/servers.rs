//! The servers that both sides call. Their addresses reach the scripts as variables.

use std::fmt::Write as _;

use squall_test_support::{Config, Listener, TestServer};

use crate::answers::Answers;

/// All servers of a run; both sides and all scripts use the same ones.
pub(crate) struct Servers {
    test: TestServer,
    answers: Answers,
}

impl Servers {
    pub(crate) fn start() -> Self {
        Self {
            test: TestServer::start(Config::default()).unwrap(),
            answers: Answers::start().unwrap(),
        }
    }

    /// What scripts find in `__ENV`. None of the URLs ends with `/`.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let of = |listener| self.test.url_of(listener, "");
        vec![
            ("BASE_URL", of(Listener::Plain)),
            ("ANSWERS_URL", self.answers.url()),
            ("TLS_URL", of(Listener::Tls)),
            ("TLS_HTTP1_URL", of(Listener::TlsHttp1)),
            ("TLS12_URL", of(Listener::Tls12)),
            ("TLS_SELF_SIGNED_URL", of(Listener::TlsSelfSigned)),
            ("NOT_TLS_URL", of(Listener::PlainOnTlsPort)),
            ("SILENT_URL", of(Listener::Silent)),
            ("REFUSED_URL", of(Listener::Refused)),
            ("PROXY_URL", of(Listener::Proxy)),
            ("PROXY", self.test.address(Listener::Proxy).to_string()),
        ]
    }

    /// A text with `{PROXY_URL}` and the like replaced.
    pub(crate) fn fill_in(&self, text: &str) -> String {
        self.variables().iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    }

    /// The variables as lines of a shell.
    pub(crate) fn shell(&self) -> String {
        let mut text = String::new();
        let mut all = String::from("--quiet --no-usage-report");
        for (name, value) in self.variables() {
            let _ = writeln!(text, "export {name}={value}");
            let _ = write!(all, " -e {name}={value}");
        }
        let _ = writeln!(text, "export PARITY='{all}'");
        text
    }
}
