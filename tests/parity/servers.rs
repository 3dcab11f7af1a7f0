//! The servers that both sides call. Their addresses reach the scripts as variables.

use std::fmt::Write as _;
use std::path::Path;

use squall_test_support::{Authority, Config, Issued, Listener, Nginx, TestServer};

use crate::answers::Answers;
use crate::node::Node;
use crate::script::Need;

/// All servers of a run; both sides and all scripts use the same ones.
pub(crate) struct Servers {
    test: TestServer,
    answers: Answers,
    nginx: Option<Nginx>,
    node: Option<Node>,
}

/// Tells in headers how it sees the connection.
const NGINX: &str = include_str!("nginx.conf");
/// What its plain servers and the one for HTTP/2 have in common.
const SITE: &str = include_str!("site.conf");
/// The password of `joe`, in clear.
const USERS: &[u8] = b"joe:{PLAIN}secret\n";

fn nginx(base: &str, issued: &Issued) -> Option<Nginx> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/scripts");
    let side_file = |name| std::fs::read(scripts.join("2-http/tls-auth").join(name)).unwrap();
    let page = format!("<p>{}</p>", "A page of some length. ".repeat(1000));
    let http = NGINX.replace("include {folder}/site.conf;", &SITE.replace("{base}", base));
    let files: [(&str, &[u8]); 6] = [
        ("server.pem", issued.cert_pem.as_bytes()),
        ("server.key", issued.key_pem.as_bytes()),
        ("ca.pem", &side_file("ca.pem")),
        ("revoked.ocsp", &side_file("revoked.ocsp")),
        ("users", USERS),
        ("page.html", page.as_bytes()),
    ];
    Nginx::start(&http, &files).unwrap()
}

impl Servers {
    pub(crate) fn start() -> Self {
        let test = TestServer::start(Config::default()).unwrap();
        let issued = Authority::new("parity").unwrap().issue(&["127.0.0.1", "localhost"]).unwrap();
        Self {
            answers: Answers::start().unwrap(),
            nginx: nginx(&test.url_of(Listener::Plain, ""), &issued),
            node: Node::start(&issued),
            test,
        }
    }

    /// What scripts find in `__ENV`. None of the URLs ends with `/`.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let of = |listener| self.test.url_of(listener, "");
        let mut variables = vec![
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
            ("TLS_WRONG_HOST_URL", of(Listener::TlsWrongHost)),
            ("TLS_UNKNOWN_CA_URL", of(Listener::TlsUnknownCa)),
        ];
        if let Some(nginx) = &self.nginx {
            variables.push(("NGINX_CLIENTS_URL", nginx.https_url(0, "")));
            variables.push(("NGINX_TLS_URL", nginx.https_url(1, "")));
            variables.push(("NGINX_URL", format!("http://{}", nginx.address(2))));
            variables.push(("NGINX_HTTP2_URL", nginx.https_url(3, "")));
            variables.push(("NGINX_CLOSING_URL", format!("http://{}", nginx.address(4))));
            variables.push(("NGINX_HTTP1_URL", nginx.https_url(5, "")));
        }
        if let Some(node) = &self.node {
            variables.push(("NODE_RAW_URL", node.url("http", "raw")));
            variables.push(("NODE_URL", node.url("http", "http1")));
            variables.push(("NODE_HTTP2_URL", node.url("https", "http2")));
        }
        variables
    }

    /// Whether a server that not every machine has is there.
    pub(crate) fn has(&self, need: Need) -> bool {
        match need {
            Need::Nginx => self.nginx.is_some(),
            Need::Node => self.node.is_some(),
        }
    }

    /// A text with `{PROXY_URL}` and the like replaced, and `{ca}`, the file of the authority.
    pub(crate) fn fill_in(&self, text: &str) -> String {
        let text = text.replace("{ca}", &self.test.ca_file().to_string_lossy());
        self.variables()
            .iter()
            .fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
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
