//! What can be set about TLS, and what a handshake comes to as data.

use std::rc::Rc;
use std::sync::Arc;

use squall_net::{
    HostOverrides, HostnamePatterns, OcspStatus, Settings, Target, TlsAuth, TlsCipherSuite,
    TlsKeyLog, TlsOverrides, TlsProfile, TlsRoots, TlsServerName, TlsVersion, TlsVersions,
};
use squall_test_support::{Authority, Listener};

use crate::support::{client, get, ok, run, server, trusting};
use crate::tls_support::{Kind, config, identity, loopback, other_identity, serve, trusting_in};

const TLS12: TlsVersions = TlsVersions { min: TlsVersion::Tls12, max: TlsVersion::Tls12 };

fn suites(names: &[&str]) -> Vec<TlsCipherSuite> {
    names.iter().map(|name| TlsCipherSuite::from_name(name).unwrap()).collect()
}

#[test]
fn versions_and_cipher_suites_are_those_that_are_allowed() {
    let server = server();
    let cases = [
        (TlsVersions::ALL, &[][..], "tls1.3", ""),
        (
            TlsVersions::ALL,
            &["TLS_CHACHA20_POLY1305_SHA256"],
            "tls1.3",
            "TLS_CHACHA20_POLY1305_SHA256",
        ),
        (TLS12, &[], "tls1.2", ""),
        (
            TLS12,
            &["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"],
            "tls1.2",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
        ),
        (
            TLS12,
            &["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
            "tls1.2",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        ),
    ];
    run(async {
        for (tls_versions, names, version, suite) in cases {
            let tls_cipher_suites = suites(names);
            let settings = Settings { tls_versions, tls_cipher_suites, ..trusting(&server) };
            let exchange = ok(&client(settings), get(&server.https_url("/"))).await;
            let info = exchange.tls.unwrap();
            assert_eq!(info.version.as_str(), version);
            if !suite.is_empty() {
                assert_eq!(info.cipher_suite.name(), suite);
            }
        }
    });
}

#[test]
fn nothing_in_common_is_an_alert_that_says_what_to_check() {
    let server = server();
    run(async {
        let rsa = suites(&["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]);
        let settings =
            Settings { tls_versions: TLS12, tls_cipher_suites: rsa, ..trusting(&server) };
        let exchange = client(settings).execute(get(&server.https_url("/"))).await;
        let failure = exchange.failure.unwrap();
        assert_eq!(failure.code.get(), 1300);
        assert!(failure.message.contains("alert handshake_failure"), "{failure}");
        assert!(failure.message.contains("check tlsCipherSuites"), "{failure}");
        assert!(exchange.timings.tls_handshaking_ns > 0 && exchange.timings.connecting_ns > 0);
        let tls13 = TlsVersions { min: TlsVersion::Tls13, max: TlsVersion::Tls13 };
        let settings = Settings { tls_versions: tls13, ..trusting(&server) };
        let exchange = client(settings).execute(get(&server.url_of(Listener::Tls12, "/"))).await;
        let failure = exchange.failure.unwrap();
        assert_eq!(failure.code.get(), 1300);
        assert!(failure.message.contains("protocol_version"), "{failure}");
    });
}

#[test]
fn a_handshake_is_data_that_all_exchanges_of_a_connection_share() {
    let server = server();
    run(async {
        let client = client(trusting(&server));
        let first = ok(&client, get(&server.https_url("/"))).await.tls.unwrap();
        let second = ok(&client, get(&server.https_url("/"))).await.tls.unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(first.alpn.as_deref(), Some("h2"));
        assert!(first.cipher_suite.name().starts_with("TLS_AES_"), "{:?}", first.cipher_suite);
        assert!(!first.resumed);
        let certificate = first.certificate().unwrap();
        assert_eq!(certificate.issuer, "CN=squall test CA");
        assert!(certificate.subject_alt_names.contains(&"*.squall.test".to_owned()));
        assert!(certificate.not_before_s < certificate.not_after_s);
        assert!(first.certificate_der().is_some_and(|der| der.starts_with(&[0x30])));
        assert_eq!((first.ocsp(), first.ocsp_status()), (None, OcspStatus::Unknown));
        let http1 = ok(&client, get(&server.url_of(Listener::TlsHttp1, "/"))).await.tls.unwrap();
        assert_eq!(http1.alpn.as_deref(), Some("http/1.1"));
        let plain = ok(&client, get(&server.url("/"))).await;
        assert!(plain.tls.is_none() && plain.tls_version().is_none());
    });
}

#[test]
fn an_ocsp_response_comes_with_the_handshake_and_is_not_judged() {
    let authority = Authority::new("stapling").unwrap();
    let issued = loopback(&authority);
    run(async {
        let good: &[u8] = include_bytes!("../../src/tls/testdata/good.ocsp");
        let revoked: &[u8] = include_bytes!("../../src/tls/testdata/revoked.ocsp");
        for (staple, status) in [
            (good, OcspStatus::Good),
            (revoked, OcspStatus::Revoked),
            (b"nonsense", OcspStatus::Unknown),
            (b"", OcspStatus::Unknown),
        ] {
            for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
                let kind = Kind { versions, staple, ..Kind::default() };
                let (address, _) = serve(config(&issued, &kind)).await;
                let insecure = Settings { insecure_skip_tls_verify: true, ..Settings::default() };
                for settings in [trusting_in(&authority), insecure] {
                    let settings = Settings { no_connection_reuse: true, ..settings };
                    let client = client(settings);
                    let info = ok(&client, get(&format!("https://{address}/"))).await.tls.unwrap();
                    assert_eq!(info.ocsp_status(), status);
                    assert_eq!(info.ocsp().is_some(), status != OcspStatus::Unknown);
                    // A session that is taken up has no response of its own, but stands for it.
                    let again = ok(&client, get(&format!("https://{address}/"))).await.tls.unwrap();
                    assert!(again.resumed && again.certificate() == info.certificate());
                    assert_eq!(again.ocsp_status(), status);
                }
            }
        }
    });
}

#[test]
fn a_server_that_asks_gets_the_client_s_certificate() {
    let authority = Authority::new("mutual").unwrap();
    let issued = loopback(&authority);
    run(async {
        for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
            let kind = Kind { wants_client: true, versions, ..Kind::default() };
            let (address, seen) = serve(config(&issued, &kind)).await;
            let url = format!("https://localhost:{}/", address.port());
            let auth = |identity, domain: &str| TlsAuth {
                identity,
                domains: HostnamePatterns::parse(domain.split_whitespace()).unwrap(),
            };
            // The server does not take the first one: it is of an authority that it did not name.
            let tls_auth = vec![auth(other_identity(), ""), auth(identity(), "elsewhere.test")];
            let settings = Settings { tls_auth, ..trusting_in(&authority) };
            ok(&client(settings), get(&url)).await;
            assert!(seen.borrow().iter().all(|seen| seen.has_client_certificate));
            // None, and none that it takes.
            for tls_auth in [vec![], vec![auth(other_identity(), "")]] {
                let settings = Settings { tls_auth, ..trusting_in(&authority) };
                let exchange = client(settings).execute(get(&url)).await;
                let failure = exchange.failure.unwrap();
                assert_eq!(failure.code.get(), 1300, "{failure}");
                assert!(failure.message.contains("tlsAuth"), "{failure}");
            }
        }
    });
}

#[test]
fn a_host_s_own_certificate_comes_first() {
    let authority = Authority::new("by domain").unwrap();
    let issued = loopback(&authority);
    // Both would do for the server, which is told from the subject that it sees.
    run(async {
        let kind = Kind { wants_client: true, ..Kind::default() };
        let (address, seen) = serve(config(&issued, &kind)).await;
        let port = address.port();
        let domains = |text: &str| HostnamePatterns::parse(text.split_whitespace()).unwrap();
        let hosts = [("a.squall.test", "127.0.0.1"), ("b.squall.test", "127.0.0.1")];
        let profile = TlsProfile { identity: Some(other_identity()), ..TlsProfile::default() };
        let settings = Settings {
            hosts: HostOverrides::parse(hosts).unwrap(),
            tls_auth: vec![TlsAuth { identity: identity(), domains: domains("*.squall.test") }],
            tls_by_host: TlsOverrides::new([("b.squall.test", profile)]).unwrap(),
            ..trusting_in(&authority)
        };
        let client = client(settings);
        ok(&client, get(&format!("https://a.squall.test:{port}/"))).await;
        assert!(seen.borrow()[0].has_client_certificate);
        assert_eq!(seen.borrow()[0].server_name.as_deref(), Some("a.squall.test"));
        // The host's setting takes the place of the list.
        let exchange = client.execute(get(&format!("https://b.squall.test:{port}/"))).await;
        assert_eq!(exchange.error_code(), 1300, "{exchange:?}");
    });
}

#[test]
fn settings_of_a_host_or_of_a_request_have_connections_of_their_own() {
    let server = server();
    run(async {
        let (mine, theirs) = ("https://localhost", "https://127.0.0.1");
        let of_host = TlsProfile { versions: Some(TLS12), ..TlsProfile::default() };
        let tls_by_host = TlsOverrides::new([("localhost", of_host)]).unwrap();
        let settings = Settings { tls_by_host, ..trusting(&server) };
        let client = client(settings);
        let port = server.address(Listener::Tls).port();
        let version = async |host: &str, tls: Option<&TlsProfile>| {
            let mut request = get(&format!("{host}:{port}/"));
            request.tls = tls.cloned().map(Arc::new);
            ok(&client, request).await.tls.unwrap().version.as_str()
        };
        assert_eq!(version(mine, None).await, "tls1.2");
        assert_eq!(version(theirs, None).await, "tls1.3");
        assert_eq!(server.connections_opened(), 2);
        let newer = TlsProfile { versions: Some(TlsVersions::ALL), ..TlsProfile::default() };
        assert_eq!(version(mine, Some(&newer)).await, "tls1.3");
        assert_eq!(server.connections_opened(), 3);
        // Equal settings share, however they were come by.
        assert_eq!(version(mine, Some(&newer.clone())).await, "tls1.3");
        assert_eq!(version(mine, None).await, "tls1.2");
        assert_eq!(server.connections_opened(), 3);
    });
}

#[test]
fn trust_and_names_of_a_request_s_own() {
    let server = server();
    run(async {
        let client = client(Settings::default());
        let request = async |listener, tls: TlsProfile| {
            let mut request = get(&server.url_of(listener, "/"));
            request.tls = Some(Arc::new(tls));
            client.execute(request).await.error_code()
        };
        let roots = TlsRoots::from_pem(&server.ca_pem()).ok();
        let trusting = TlsProfile { roots, ..TlsProfile::default() };
        assert_eq!(request(Listener::Tls, trusting.clone()).await, 0);
        assert_eq!(request(Listener::TlsWrongHost, trusting.clone()).await, 1311);
        let server_name = TlsServerName::parse("wrong.squall.test").ok();
        let named = TlsProfile { server_name, ..trusting };
        assert_eq!(request(Listener::TlsWrongHost, named).await, 0);
        let insecure = TlsProfile { insecure_skip_verify: Some(true), ..TlsProfile::default() };
        assert_eq!(request(Listener::TlsExpired, insecure).await, 0);
        let mut request = get(&server.url("/"));
        request.tls = Some(Arc::default());
        ok(&client, request).await;
    });
}

#[test]
fn settings_that_do_not_go_together_fail_the_request() {
    let server = server();
    run(async {
        let mut request = get(&server.https_url("/"));
        request.tls = Some(Arc::new(TlsProfile {
            versions: Some(TLS12),
            cipher_suites: Some(suites(&["TLS_AES_128_GCM_SHA256"])),
            ..TlsProfile::default()
        }));
        let failure = client(trusting(&server)).execute(request).await.failure.unwrap();
        assert_eq!(failure.code.get(), 1300);
        assert!(failure.message.contains("belongs to tls1.2"), "{failure}");
    });
}

#[test]
fn sessions_are_taken_up_unless_that_is_unwanted() {
    let authority = Authority::new("resuming").unwrap();
    let issued = loopback(&authority);
    run(async {
        for versions in [&[&rustls::version::TLS12][..], &[&rustls::version::TLS13]] {
            let kind = Kind { versions, ..Kind::default() };
            let (address, _) = serve(config(&issued, &kind)).await;
            let url = format!("https://localhost:{}/", address.port());
            let settings = Settings { no_connection_reuse: true, ..trusting_in(&authority) };
            let network = crate::support::network(settings);
            let clients = [0, 1].map(|_| squall_net::Client::new(Rc::clone(&network)));
            for client in &clients {
                // Each client is a visitor of its own: its first handshake is a full one.
                for resumed in [false, true, true] {
                    let info = ok(client, get(&url)).await.tls.unwrap();
                    assert_eq!(info.resumed, resumed);
                }
            }
            let mut request = get(&url);
            request.tls =
                Some(Arc::new(TlsProfile { resumption: Some(false), ..TlsProfile::default() }));
            for _ in 0..2 {
                assert!(!ok(&clients[0], request.clone()).await.tls.unwrap().resumed);
            }
        }
    });
}

#[test]
fn many_settings_and_hosts_are_forgotten_in_turn() {
    let server = server();
    run(async {
        let client = client(Settings { no_connection_reuse: true, ..trusting(&server) });
        let target = Rc::new(Target::parse(&server.url_of(Listener::TlsHttp1, "/")).unwrap());
        let request = |number: usize| {
            let mut request = get(&server.url("/"));
            request.target = Rc::clone(&target);
            let server_name = TlsServerName::parse(&format!("n{number}.squall.test")).ok();
            request.tls = Some(Arc::new(TlsProfile { server_name, ..TlsProfile::default() }));
            request
        };
        for number in 0..80 {
            assert!(!ok(&client, request(number)).await.tls.unwrap().resumed);
        }
        assert!(ok(&client, request(79)).await.tls.unwrap().resumed);
        assert!(!ok(&client, request(0)).await.tls.unwrap().resumed);
    });
}

#[test]
fn the_secrets_of_connections_go_to_one_file() {
    let server = server();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.log");
    std::fs::write(&path, "# kept\n").unwrap();
    let tls_key_log = Some(Arc::new(TlsKeyLog::append_to(&path).unwrap()));
    let settings = Settings { tls_key_log, ..trusting(&server) };
    run(async {
        for _ in 0..2 {
            let client = client(settings.clone());
            ok(&client, get(&server.https_url("/"))).await;
            ok(&client, get(&server.url_of(Listener::Tls12, "/"))).await;
        }
    });
    let log = std::fs::read_to_string(&path).unwrap();
    let labels = |label: &str| log.lines().filter(|line| line.starts_with(label)).count();
    assert!(log.starts_with("# kept\n"));
    assert_eq!((labels("CLIENT_TRAFFIC_SECRET_0 "), labels("CLIENT_RANDOM ")), (2, 2));
    for line in log.lines().skip(1) {
        let [_, random, secret] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        assert_eq!(random.len(), 64, "{line}");
        assert!(secret.len() >= 64 && secret.bytes().all(|b| b.is_ascii_hexdigit()), "{line}");
    }
}
