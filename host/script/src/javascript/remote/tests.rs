//! Against a TLS server on this machine that answers well and badly.

pub(in crate::javascript) mod server;

use std::net::TcpListener;
use std::time::Duration;

use super::*;
use server::Server;

pub(in crate::javascript) fn settings(server: &Server) -> Settings {
    Settings {
        connect: Duration::from_secs(2),
        whole: Duration::from_secs(10),
        bytes_max: 1_000,
        roots: Some(vec![server.root.clone()]),
        proxy: false,
    }
}

fn remote(server: &Server, options: &ModuleOptions) -> Remote {
    Remote::new(options).with_settings(settings(server))
}

fn reason(remote: &Remote, url: &Url) -> String {
    match remote.fetch(url).unwrap_err() {
        ModuleProblem::Fetch { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn good_answers() {
    let server = Server::start();
    let remote = remote(&server, &ModuleOptions::default());
    for path in ["ok.js", "redirect.js", "ok.js?query=1", "chunked.js", "no-query.js"] {
        let fetched = remote.fetch(&server.url(path)).unwrap();
        assert_eq!(fetched.text, "export const a = 1;\n", "{path}");
        assert!(fetched.is_new && fetched.stand_in.is_none());
    }
    assert_eq!(
        server.requests(),
        [
            "/ok.js?_k6=1",
            "/redirect.js?_k6=1",
            "/ok.js",
            "/ok.js?query=1",
            "/chunked.js?_k6=1",
            "/no-query.js?_k6=1",
            "/no-query.js",
        ]
    );
}

#[test]
fn bad_answers() {
    let server = Server::start();
    let remote = remote(&server, &ModuleOptions::default());
    for (path, expected) in [
        ("missing.js", "the server answered 404 Not Found"),
        ("empty.js", "the server answered 200 OK without content"),
        ("page.js", "the server answered with a web page"),
        ("large.js", "it is larger than 1000 bytes"),
        ("large-chunked.js", "it is larger than 1000 bytes"),
        ("loop.js", "the server leads from address to address"),
        ("to-http.js", "the server leads away from https"),
        ("not-modified.js", "the server answered 304 Not Modified"),
    ] {
        assert_eq!(reason(&remote, &server.url(path)), expected, "{path}");
    }
    for path in ["garbage.js", "cut.js"] {
        let reason = reason(&remote, &server.url(path));
        assert!(reason.starts_with("the answer of localhost makes no sense: "), "{path}: {reason}");
    }
    let problem = remote.fetch(&server.url("binary.js")).unwrap_err();
    assert!(matches!(problem, ModuleProblem::NotText { offset_bytes: 1, .. }), "{problem}");
    // The host is there all the same.
    assert!(remote.fetch(&server.url("ok.js")).is_ok());
}

#[test]
fn slow_hosts_are_asked_once() {
    let server = Server::start();
    let settings = Settings { whole: Duration::from_millis(200), ..settings(&server) };
    let remote = Remote::new(&ModuleOptions::default()).with_settings(settings);
    for path in ["slow.js", "slow-body.js", "ok.js"] {
        assert_eq!(
            reason(&remote, &server.url(path)),
            "localhost did not answer in full within 200ms"
        );
    }
    assert_eq!(server.requests(), ["/slow.js?_k6=1"]);
}

#[test]
fn slow_bodies_end() {
    let server = Server::start();
    let settings = Settings { whole: Duration::from_millis(200), ..settings(&server) };
    let remote = Remote::new(&ModuleOptions::default()).with_settings(settings);
    let reason = reason(&remote, &server.url("slow-body.js"));
    assert_eq!(reason, "localhost did not answer in full within 200ms");
}

#[test]
fn hosts_that_are_not_there() {
    let server = Server::start();
    let remote = remote(&server, &ModuleOptions::default());
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    drop(silent);
    let url = Url::parse(&format!("https://127.0.0.1:{port}/a.js")).unwrap();
    let problem = remote.fetch(&url).unwrap_err();
    let text = problem.to_string();
    assert!(
        text.starts_with(&format!("cannot fetch the module {url}: no connection to 127.0.0.1")),
        "{text}"
    );
    assert!(problem.help().unwrap().contains("HTTPS_PROXY"));
    assert_eq!(remote.unreachable.lock().len(), 1);
}

#[test]
fn certificates_are_checked() {
    let (server, other) = (Server::start(), Server::start());
    let remote = remote(&server, &ModuleOptions::default());
    let reason = reason(&remote, &other.url("ok.js"));
    assert!(reason.starts_with("no secure connection to localhost: "), "{reason}");
    assert!(other.requests().is_empty());
}

#[test]
fn hosts_that_do_not_speak_tls() {
    let server = Server::start();
    let remote = remote(&server, &ModuleOptions::default());
    let url = server::plain("HTTP/1.1 400 Bad Request\r\n\r\n");
    let reason = reason(&remote, &url);
    assert!(reason.starts_with("no "), "{reason}");
}

#[test]
fn the_cache_spares_the_network() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let cache = Some(folder.path().join("modules"));
    let options = ModuleOptions { cache, ..ModuleOptions::default() };
    let url = server.url("ok.js");
    let first = remote(&server, &options);
    let fetched = first.fetch(&url).unwrap();
    first.keep(&url, &fetched.text);
    let count = server.requests().len();

    let cached = remote(&server, &options).fetch(&url).unwrap();
    assert!(!cached.is_new && cached.text == fetched.text);
    let offline = ModuleOptions { offline: true, ..options.clone() };
    assert_eq!(remote(&server, &offline).fetch(&url).unwrap().text, fetched.text);
    assert_eq!(server.requests().len(), count);

    let refresh = ModuleOptions { refresh: true, ..options };
    assert!(remote(&server, &refresh).fetch(&url).unwrap().is_new);
    assert_eq!(server.requests().len(), count + 1);
    // And when that does not work, what there is.
    let unreachable = remote(&server, &refresh);
    unreachable.set_unreachable(&url);
    assert!(!unreachable.fetch(&url).unwrap().is_new);
}

#[test]
fn offline_says_what_is_missing() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("modules");
    let options = ModuleOptions { offline: true, cache: Some(cache.clone()), refresh: true };
    let problem = remote(&server, &options).fetch(&server.url("ok.js")).unwrap_err();
    assert_eq!(
        problem.to_string(),
        format!(
            "the module {} is not in the cache ({}), and the network may not be used",
            server.url("ok.js"),
            cache.display()
        )
    );
    assert!(problem.help().unwrap().starts_with("run once with the network allowed"));
    assert!(server.requests().is_empty());
}

#[test]
fn libraries_have_stand_ins() {
    let Some(text) = builtins::text("jslib:k6-utils") else { return };
    let server = Server::start();
    let url = Url::parse("https://jslib.k6.io/k6-utils/1.4.0/index.js").unwrap();
    let offline = ModuleOptions { offline: true, ..ModuleOptions::default() };
    let fetched = remote(&server, &offline).fetch(&url).unwrap();
    assert!(fetched.stand_in == Some("jslib:k6-utils") && !fetched.is_new && fetched.text == text);

    let online = remote(&server, &ModuleOptions::default());
    online.set_unreachable(&url);
    assert_eq!(online.fetch(&url).unwrap().text, text);
    let unknown = Url::parse("https://jslib.k6.io/no-such/1.0.0/index.js").unwrap();
    assert_eq!(reason(&online, &unknown), "it is not there");
}
