//! How requests leave the machine, as the command line and the environment say it.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;

use squall_test_support::{Listener, TestServer};

use crate::squall::{Done, Squall};

/// A script that makes one request and says what came of it.
fn get(url: &str, options: &str, prepare: impl FnOnce(Squall) -> Squall) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    let text = format!(
        "import http from 'k6/http';
         export const options = {options};
         export default function () {{
           const r = http.get('{url}', {{ timeout: '5s' }});
           console.log('got', r.status, r.proto, r.error_code, r.remote_ip, r.body);
         }}"
    );
    std::fs::write(&path, text).unwrap();
    prepare(Squall::run_file(&path)).done()
}

#[test]
fn the_option_proxy_is_for_everything() {
    let server = TestServer::start_default().unwrap();
    let proxy = server.url_of(Listener::Proxy, "");
    let by_flag = get(&server.url("/"), "{}", |squall| squall.args(&["--proxy", &proxy]));
    by_flag.expect_code(0).expect_said("got 200 HTTP/1.1 0 127.0.0.1 ok");
    let options = format!("{{ proxy: '{proxy}' }}");
    get(&server.url("/"), &options, |squall| squall).expect_code(0).expect_said("got 200");
    assert_eq!(server.proxied().len(), 2);
    // Taken back.
    let direct = get(&server.url("/"), &options, |squall| squall.arg("--proxy="));
    direct.expect_code(0).expect_said("got 200");
    let direct = get(&server.url("/"), "{}", |squall| {
        squall.env("SQUALL_PROXY", &proxy).env("NO_PROXY", "127.0.0.0/8")
    });
    direct.expect_code(0).expect_said("got 200");
    assert_eq!(server.proxied().len(), 2);
}

#[test]
fn a_proxy_that_is_none_is_told_before_the_run() {
    let done =
        get("http://a.test/", "{}", |squall| squall.env("http_proxy", "ftp://name:secret@host"));
    done.expect_code(104).expect_said("http_proxy").expect_said("`ftp`");
    assert!(!done.said().contains("secret"), "{}", done.said());
}

#[test]
fn a_script_does_not_see_the_password_of_the_proxy() {
    let server = TestServer::start_default().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    let text = "import exec from 'k6/execution';
        export default () => console.log('sees', exec.test.options.proxy);";
    std::fs::write(&path, text).unwrap();
    let proxy = server.url_of(Listener::Proxy, "").replace("//", "//name:secret@");
    let done = Squall::run_file(&path).args(&["--verbose", "--proxy", &proxy]).done();
    done.expect_code(0).expect_said("sees http://name:***@127.0.0.1");
    assert!(!done.said().contains("secret"), "{}", done.said());
}

#[test]
fn a_name_can_be_a_unix_socket_where_the_command_line_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.sock");
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        assert!(String::from_utf8_lossy(&head).contains("Host: app.test\r\n"));
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nby unix!").unwrap();
    });
    let socket = format!("app.test={}", path.display());
    let done = get("http://app.test/", "{}", |squall| squall.args(&["--unix-socket", &socket]));
    done.expect_code(0).expect_said("got 200 HTTP/1.1 0  by unix!");
    // A script has no say in it.
    let options = format!("{{ unixSockets: {{ 'app.invalid': '{}' }} }}", path.display());
    let done = get("http://app.invalid/", &options, |squall| squall);
    done.expect_code(0).expect_said("got 0").expect_said("unixSockets");
}

#[test]
fn the_protocol_can_be_chosen() {
    let server = TestServer::start_default().unwrap();
    for (version, url, said) in [
        ("2-prior-knowledge", server.h2c_url("/"), "got 200 HTTP/2.0"),
        ("1.1", server.https_url("/"), "got 200 HTTP/1.1"),
        ("2", server.https_url("/"), "got 200 HTTP/2.0"),
        ("2", server.url("/"), "got 0  1600"),
    ] {
        let done = get(&url, "{ insecureSkipTLSVerify: true }", |squall| {
            squall.args(&["--http-version", version])
        });
        done.expect_code(0).expect_said(said);
    }
    let done = get(&server.url("/"), "{ httpVersion: '4' }", |squall| squall);
    done.expect_code(104).expect_said("invalid HTTP version '4'");
    // These tests are for the ordinary build.
    let done = get(&server.url("/"), "{ httpVersion: '3' }", |squall| squall);
    done.expect_code(104).expect_said("built without HTTP/3").expect_said("--features http3");
    let done = get(&server.url("/"), "{}", |squall| squall.args(&["--http3"]));
    done.expect_code(104).expect_said("built without HTTP/3");
}

#[test]
fn happy_eyeballs_are_an_option() {
    let server = TestServer::start_default().unwrap();
    let url = server.url("/").replace("127.0.0.1", "localhost");
    // The server has no IPv6, which comes first.
    let options = "{ dns: { policy: 'preferIPv6', happyEyeballs: true } }";
    get(&url, options, |squall| squall).expect_code(0).expect_said("got 200");
}

#[test]
fn a_request_chooses_its_version_of_http() {
    let server = TestServer::start_default().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    let text = format!(
        "import http from 'k6/http';
         export const options = {{ insecureSkipTLSVerify: true }};
         export default function () {{
           for (const httpVersion of ['auto', '1.1', '2', '2-prior-knowledge']) {{
             console.log('got', httpVersion, http.get('{}', {{ httpVersion }}).proto);
           }}
           const plain = http.get('{}', {{ httpVersion: '2-prior-knowledge' }});
           console.log('plain', plain.status, plain.error_code);
           const refused = http.get('{}', {{ httpVersion: '2' }});
           console.log('refused', refused.error_code, refused.error);
           console.log('odd', http.get('{}', {{ httpVersion: '9' }}).status);
         }}",
        server.url_of(Listener::Tls, "/"),
        server.url("/"),
        server.url("/"),
        server.url("/"),
    );
    std::fs::write(&path, text).unwrap();
    let done = Squall::run_file(&path).done();
    done.expect_code(0)
        .expect_said("got auto HTTP/2.0")
        .expect_said("got 1.1 HTTP/1.1")
        .expect_said("got 2 HTTP/2.0")
        .expect_said("got 2-prior-knowledge HTTP/2.0")
        // The server does not speak it without TLS.
        .expect_said("plain 0 16")
        .expect_said("does not have; use `https`")
        .expect_said("unknown httpVersion '9'")
        .expect_said("odd 0");
}
