//! TLS as a user sets it: settings by host, the file of secrets, what is refused before the test.

use squall_test_support::{Listener, TestServer};

use crate::squall::{Done, Squall};

fn script(text: &str, environment: &[(&str, &str)], args: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    std::fs::write(&path, text).unwrap();
    let squall = Squall::run_file(&path).args(args);
    environment.iter().fold(squall, |squall, (name, value)| squall.env(name, value)).done()
}

#[test]
fn settings_by_host_are_for_that_host_alone() {
    let server = TestServer::start_default().unwrap();
    let port = server.address(Listener::TlsUnknownCa).port();
    let text = format!(
        "import http from 'k6/http';
         export const options = {{ tlsByHost: {{ '*host': {{ insecureSkipVerify: true }} }} }};
         export default function () {{
           for (const host of ['localhost', '127.0.0.1']) {{
             const res = http.get(`https://${{host}}:{port}/`);
             console.log(host, res.status, res.error_code);
           }}
         }}"
    );
    let done = script(&text, &[], &[]);
    done.expect_code(0).expect_said("localhost 200 0").expect_said("127.0.0.1 0 1310");
}

#[test]
fn the_secrets_of_all_workers_go_to_one_file() {
    let server = TestServer::start_default().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.log");
    let text = format!(
        "import http from 'k6/http';
         export const options = {{ vus: 4, iterations: 4, insecureSkipTLSVerify: true }};
         export default function () {{ http.get('{}'); }}",
        server.url_of(Listener::Tls12, "/delay/100")
    );
    let environment = [("SSLKEYLOGFILE", path.to_str().unwrap())];
    let done = script(&text, &environment, &["--workers", "2"]);
    done.expect_code(0).expect_said("SSLKEYLOGFILE is set");
    let log = std::fs::read_to_string(&path).unwrap();
    assert_eq!(log.lines().count() as u64, server.connections_opened());
    assert!(log.lines().all(|line| line.starts_with("CLIENT_RANDOM ")), "{log}");
    let environment = [("SSLKEYLOGFILE", "/nowhere/at/all")];
    script(&text, &environment, &[]).expect_code(255).expect_said("`/nowhere/at/all`");
}

#[test]
fn what_no_connection_could_be_made_with_is_refused_before_the_test() {
    for (options, words) in [
        ("tlsVersion: 'tls1.1'", "option `tlsVersion`: nothing newer than tls1.1"),
        ("tlsVersion: { min: 'tls1.3', max: 'tls1.2' }", "the lowest is tls1.3"),
        ("tlsAuth: [{ cert: 'x', key: 'y' }]", "option `tlsAuth[0]`: cert: there is no"),
        ("tlsByHost: { a: { ca: 'x' } }", "option `tlsByHost.a.ca`: there is no"),
        ("tlsByHost: { a: { verify: true } }", "unknown field \"verify\""),
        ("tlsCipherSuites: ['TLS_NOPE']", "unknown cipher suite 'TLS_NOPE'"),
    ] {
        let text = format!(
            "export const options = {{ {options} }};
             export default function () {{ console.log('ran'); }}"
        );
        let done = script(&text, &[], &[]);
        done.expect_code(104).expect_said(words);
        assert!(!done.said().contains("ran"), "{}", done.said());
    }
}

#[test]
fn what_is_left_out_is_said() {
    let text = "export const options = {
          tlsVersion: { min: 'tls1.0' }, tlsCipherSuites: ['TLS_RSA_WITH_RC4_128_SHA'],
        };
        export default function () {}";
    let done = script(text, &[], &[]);
    done.expect_code(0)
        .expect_said("`tlsVersion` allows tls1.0")
        .expect_said("not offered: TLS_RSA_WITH_RC4_128_SHA");
}

#[test]
fn keys_stay_out_of_the_log() {
    let text =
        "export const options = { tlsAuth: [{ cert: 'C', key: 'S3CRET', password: 'S3CRET' }] };
        export default function () {}";
    let done = script(text, &[], &["--verbose"]);
    done.expect_code(104).expect_said("option `tlsAuth` is");
    assert!(!done.said().contains("S3CRET"), "{}", done.said());
}
