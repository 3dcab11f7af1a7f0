//! The servers that both sides call. Their addresses reach the scripts as variables.

use std::fmt::Write as _;
use std::path::Path;

use squall_test_support::{Authority, Config, Listener, Nginx, TestServer};

use crate::answers::Answers;
use crate::script::Need;

/// All servers of a run; both sides and all scripts use the same ones.
pub(crate) struct Servers {
    test: TestServer,
    answers: Answers,
    nginx: Option<Nginx>,
}

/// Tells in headers how it sees the connection.
const NGINX: &str = "
server {
  listen 127.0.0.1:{port0} ssl; ssl_verify_client on; ssl_client_certificate {folder}/ca.pem;
  location / { return 200 verified; }
}
server {
  listen 127.0.0.1:{port1} ssl; ssl_stapling on; ssl_stapling_file {folder}/revoked.ocsp;
  location / { return 200 ok; }
}
ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off;
add_header X-Protocol $ssl_protocol always; add_header X-Cipher $ssl_cipher always;
add_header X-Verify $ssl_client_verify always; add_header X-Subject $ssl_client_s_dn always;
";

fn nginx() -> Option<Nginx> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/scripts");
    let side_file = |name| std::fs::read(scripts.join("2-http/tls-auth").join(name)).unwrap();
    let issued = Authority::new("parity").unwrap().issue(&["127.0.0.1", "localhost"]).unwrap();
    let files: [(&str, &[u8]); 4] = [
        ("server.pem", issued.cert_pem.as_bytes()),
        ("server.key", issued.key_pem.as_bytes()),
        ("ca.pem", &side_file("ca.pem")),
        ("revoked.ocsp", &side_file("revoked.ocsp")),
    ];
    Nginx::start(NGINX, &files).unwrap()
}

impl Servers {
    pub(crate) fn start() -> Self {
        Self {
            test: TestServer::start(Config::default()).unwrap(),
            answers: Answers::start().unwrap(),
            nginx: nginx(),
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
        }
        variables
    }

    /// Whether a server that not every machine has is there.
    pub(crate) fn has(&self, need: Need) -> bool {
        match need {
            Need::Nginx => self.nginx.is_some(),
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
