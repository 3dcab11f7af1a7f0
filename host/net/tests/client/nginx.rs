//! TLS against a real server. Nothing is tested here where nginx is not installed.

use std::sync::Arc;

use squall_net::{Client, HostnamePatterns, Settings, TlsAuth, TlsVersion, TlsVersions};
use squall_test_support::{Authority, Nginx};

use crate::support::{client, code, get, header_of, network, ok, run};
use crate::tls_support::{CLIENT_CA, identity, loopback, trusting_in};

const WEAK: &str = include_str!("../../src/tls/testdata/weak.pem");
const WEAK_KEY: &str = include_str!("../../src/tls/testdata/weak.key");

/// Tells how it sees the connection.
const TOLD: &str = "add_header X-Reused $ssl_session_reused; add_header X-Protocol $ssl_protocol; \
    add_header X-Cipher $ssl_cipher; add_header X-Verify $ssl_client_verify; \
    add_header X-Subject $ssl_client_s_dn; add_header X-Name $ssl_server_name;";

/// Its default ends with TLS 1.2.
const BOTH: &str = "ssl_protocols TLSv1.2 TLSv1.3;";

/// nginx with a certificate of the authority, and servers that have `of_servers` in them.
fn nginx(authority: &Authority, of_servers: &[&str]) -> Option<Nginx> {
    let issued = loopback(authority);
    let mut http = "ssl_session_cache shared:s:1m; ssl_session_tickets on;\n".to_owned();
    for (number, own) in of_servers.iter().enumerate() {
        let server = format!(
            "server {{ listen 127.0.0.1:{{port{number}}} ssl http2; server_name _;\n\
             ssl_certificate {{folder}}/server.pem; ssl_certificate_key {{folder}}/server.key;\n\
             {TOLD}\n{own}\nlocation / {{ return 200 ok; }} }}\n"
        );
        http.push_str(&server);
    }
    let files = [
        ("server.pem", issued.cert_pem.as_bytes()),
        ("server.key", issued.key_pem.as_bytes()),
        ("client-ca.pem", CLIENT_CA.as_bytes()),
        ("weak.pem", WEAK.as_bytes()),
        ("weak.key", WEAK_KEY.as_bytes()),
    ];
    Nginx::start(&http, &files).unwrap()
}

#[test]
fn sessions_are_taken_up_by_each_client_for_itself() {
    let authority = Authority::new("nginx").unwrap();
    let of_servers = [
        "ssl_protocols TLSv1.2; ssl_session_tickets off;",
        "ssl_protocols TLSv1.2;",
        "ssl_protocols TLSv1.3;",
    ];
    let Some(nginx) = nginx(&authority, &of_servers) else { return };
    run(async {
        let settings = Settings { no_connection_reuse: true, ..trusting_in(&authority) };
        let network = network(settings);
        for number in 0..of_servers.len() {
            let url = nginx.https_url(number, "/");
            for _ in 0..2 {
                let client = Client::new(network.clone());
                for reused in [".", "r", "r"] {
                    let exchange = ok(&client, get(&url)).await;
                    assert_eq!(header_of(&exchange, "x-reused"), reused, "server {number}");
                    assert_eq!(exchange.tls.unwrap().resumed, reused == "r");
                }
            }
        }
    });
}

#[test]
fn version_and_cipher_suite_are_what_the_server_says() {
    let authority = Authority::new("nginx").unwrap();
    let of_servers = ["ssl_protocols TLSv1.2; ssl_ciphers ECDHE+CHACHA20;", BOTH];
    let Some(nginx) = nginx(&authority, &of_servers) else { return };
    run(async {
        let client = client(trusting_in(&authority));
        let exchange = ok(&client, get(&nginx.https_url(0, "/"))).await;
        let info = exchange.tls.as_ref().unwrap();
        assert_eq!(header_of(&exchange, "x-protocol"), "TLSv1.2");
        assert_eq!(header_of(&exchange, "x-cipher"), "ECDHE-ECDSA-CHACHA20-POLY1305");
        assert_eq!(info.version, TlsVersion::Tls12);
        assert_eq!(info.cipher_suite.name(), "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305");
        let exchange = ok(&client, get(&nginx.https_url(1, "/"))).await;
        let info = exchange.tls.as_ref().unwrap();
        assert_eq!(header_of(&exchange, "x-protocol"), "TLSv1.3");
        assert_eq!(header_of(&exchange, "x-cipher"), info.cipher_suite.name());
        assert_eq!(info.alpn.as_deref(), Some("h2"));
        assert_eq!(header_of(&exchange, "x-name"), "localhost");
    });
}

#[test]
fn a_client_certificate_is_verified() {
    let authority = Authority::new("nginx").unwrap();
    let verify =
        format!("{BOTH} ssl_verify_client on; ssl_client_certificate {{folder}}/client-ca.pem;");
    let Some(nginx) = nginx(&authority, &[&verify, BOTH]) else { return };
    run(async {
        let tls_auth = vec![TlsAuth { identity: identity(), domains: HostnamePatterns::default() }];
        let settings = Settings { tls_auth, ..trusting_in(&authority) };
        for tls_versions in [TlsVersion::Tls12, TlsVersion::Tls13] {
            let tls_versions = TlsVersions { min: tls_versions, max: tls_versions };
            let client = client(Settings { tls_versions, ..settings.clone() });
            let exchange = ok(&client, get(&nginx.https_url(0, "/"))).await;
            assert_eq!(header_of(&exchange, "x-verify"), "SUCCESS");
            assert_eq!(header_of(&exchange, "x-subject"), "CN=client one,O=squall");
            // Nobody gets it who does not ask.
            let exchange = ok(&client, get(&nginx.https_url(1, "/"))).await;
            assert_eq!(header_of(&exchange, "x-verify"), "NONE");
        }
        // nginx lets a client without one in, and answers 400.
        let without = client(trusting_in(&authority));
        let exchange = without.execute(get(&nginx.https_url(0, "/"))).await;
        assert_eq!((exchange.status, exchange.error_code()), (400, 1400));
    });
}

#[test]
fn insecure_is_also_what_the_library_would_not_read() {
    let authority = Authority::new("nginx").unwrap();
    // A certificate of version 1 with an RSA key of 1024 bits.
    let weak = "ssl_certificate {folder}/weak.pem; ssl_certificate_key {folder}/weak.key; \
        ssl_ciphers DEFAULT@SECLEVEL=0;";
    let http = format!("server {{ listen 127.0.0.1:{{port0}} ssl; {BOTH} {weak} return 200 ok; }}");
    let files = [("weak.pem", WEAK.as_bytes()), ("weak.key", WEAK_KEY.as_bytes())];
    let Some(nginx) = Nginx::start(&http, &files).unwrap() else { return };
    run(async {
        for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
            let tls_versions = TlsVersions { min: version, max: version };
            let settings = Settings { tls_versions, ..trusting_in(&authority) };
            let insecure = Settings { insecure_skip_tls_verify: true, ..settings.clone() };
            let info = ok(&client(insecure), get(&nginx.https_url(0, "/"))).await.tls.unwrap();
            assert_eq!(info.certificate().unwrap().subject, "CN=weak");
            let code = code(&client(settings), get(&nginx.https_url(0, "/"))).await;
            assert!(matches!(code, 1300 | 1310), "{code}");
        }
    });
}

#[test]
fn a_request_s_name_is_the_one_that_the_server_is_asked_for() {
    let authority = Authority::new("nginx").unwrap();
    let Some(nginx) = nginx(&authority, &[""]) else { return };
    run(async {
        let mut request = get(&nginx.https_url(0, "/"));
        request.tls = Some(Arc::new(squall_net::TlsProfile {
            server_name: squall_net::TlsServerName::parse("api.squall.test").ok(),
            ..squall_net::TlsProfile::default()
        }));
        let exchange = ok(&client(trusting_in(&authority)), request).await;
        assert_eq!(header_of(&exchange, "x-name"), "api.squall.test");
    });
}
