//! What options about TLS come to, and what is said of those that cannot be met.

use squall_plan::Options;

use super::*;

const CERT: &str = include_str!("../../../../net/src/tls/testdata/client.pem");
const KEY: &str = include_str!("../../../../net/src/tls/testdata/client.key");

fn apply_json(json: &serde_json::Value) -> (Settings, Result<Vec<String>, Failure>) {
    let options = Options::from_json(&json.to_string()).unwrap().options;
    let mut merged = Merged::default();
    merged.options = options;
    let mut network = Settings::default();
    let result = apply(&merged, None, &mut network);
    (network, result)
}

fn settings(json: &serde_json::Value) -> (Settings, Vec<String>) {
    let (network, result) = apply_json(json);
    (network, result.unwrap())
}

fn refusal(json: &serde_json::Value) -> String {
    let failure = apply_json(json).1.unwrap_err();
    assert_eq!(failure.exit(), ExitCode::InvalidConfig);
    failure.one_line()
}

#[test]
fn versions_that_are_not_there_are_left_out_or_refused() {
    let (network, warnings) = settings(&serde_json::json!({"tlsVersion": "tls1.3"}));
    assert_eq!(network.tls_versions.min, TlsVersion::Tls13);
    assert_eq!(warnings, Vec::<String>::new());
    let (network, warnings) = settings(&serde_json::json!({"tlsVersion": {"min": "tls1.0"}}));
    assert_eq!(network.tls_versions, TlsVersions::ALL);
    assert!(warnings[0].contains("`tlsVersion` allows tls1.0, which is not supported"));
    for (version, text) in [
        (serde_json::json!("tls1.1"), "nothing newer than tls1.1 is allowed"),
        (serde_json::json!({"min": "tls1.3", "max": "tls1.2"}), "the lowest is tls1.3"),
    ] {
        let message = refusal(&serde_json::json!({"tlsVersion": version}));
        assert!(message.contains("option `tlsVersion`") && message.contains(text), "{message}");
    }
}

#[test]
fn cipher_suites_that_are_not_there_are_named() {
    let both = ["TLS_RSA_WITH_RC4_128_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"];
    let (network, warnings) = settings(&serde_json::json!({"tlsCipherSuites": both}));
    assert_eq!(format!("{:?}", network.tls_cipher_suites), format!("[{}]", both[1]));
    assert!(warnings[0].ends_with("not offered: TLS_RSA_WITH_RC4_128_SHA"), "{warnings:?}");
    // As in k6, TLS 1.3 is still there.
    let (network, warnings) = settings(&serde_json::json!({"tlsCipherSuites": both[..1]}));
    assert_eq!((network.tls_cipher_suites.len(), warnings.len()), (3, 1));
    let none = serde_json::json!({"tlsCipherSuites": both[..1], "tlsVersion": "tls1.2"});
    assert!(refusal(&none).contains("none of these cipher suites is supported"));
    let other =
        serde_json::json!({"tlsCipherSuites": ["TLS_AES_128_GCM_SHA256"], "tlsVersion": "tls1.2"});
    assert!(refusal(&other).contains("none of the cipher suites belongs to tls1.2"));
    let (network, _) = settings(&serde_json::json!({"tlsCipherSuites": []}));
    assert!(network.tls_cipher_suites.is_empty());
}

#[test]
fn client_certificates() {
    let auth = serde_json::json!({"cert": CERT, "key": KEY, "domains": ["*.a.test"]});
    let (network, _) =
        settings(&serde_json::json!({"tlsAuth": [auth, {"cert": CERT, "key": KEY}]}));
    assert_eq!(network.tls_auth.len(), 2);
    assert!(network.tls_auth[0].domains.find("b.a.test").is_some());
    assert!(network.tls_auth[1].domains.is_empty());
    let message = refusal(&serde_json::json!({"tlsAuth": [auth, {"cert": CERT, "key": "x"}]}));
    assert!(message.contains("option `tlsAuth[1]`: key: there is no private key"), "{message}");
}

#[test]
fn settings_by_host() {
    let (network, _) = settings(&serde_json::json!({"tlsByHost": {"*.a.test": {
        "version": "tls1.2", "cipherSuites": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
        "insecureSkipVerify": true, "serverName": "b.test", "ca": CERT, "cert": CERT, "key": KEY,
        "sessionResumption": false,
    }}}));
    let profile = network.tls_by_host.find("x.a.test").unwrap();
    assert_eq!(
        profile.versions,
        Some(TlsVersions { min: TlsVersion::Tls12, max: TlsVersion::Tls12 })
    );
    assert_eq!(profile.cipher_suites.as_ref().map(Vec::len), Some(1));
    assert_eq!(profile.insecure_skip_verify, Some(true));
    assert_eq!(profile.server_name, Some(TlsServerName::parse("b.test").unwrap()));
    assert_eq!(profile.resumption, Some(false));
    assert!(profile.roots.is_some() && profile.identity.is_some());
    for (host, text) in [
        (serde_json::json!({"ca": "x"}), "`tlsByHost.a.ca`: there is no certificate"),
        (serde_json::json!({"key": KEY}), "`tlsByHost.a`: cert: there is no certificate"),
        (serde_json::json!({"serverName": "a b"}), "`tlsByHost.a.serverName`: `a b`"),
        (serde_json::json!({"version": "tls1.0"}), "`tlsByHost.a.version`: nothing newer"),
    ] {
        let message = refusal(&serde_json::json!({"tlsByHost": {"a": host}}));
        assert!(message.contains(text), "{message}");
    }
    // What is unset is as for all hosts, and must fit together with what is set.
    let message = refusal(&serde_json::json!({
        "tlsCipherSuites": ["TLS_AES_128_GCM_SHA256"], "tlsByHost": {"a": {"version": "tls1.2"}},
    }));
    assert!(message.contains("`tlsByHost.a`: none of the cipher suites"), "{message}");
}

#[test]
fn a_key_log_that_cannot_be_opened_is_an_error() {
    let path = Path::new("/nowhere/at/all");
    let failure = apply(&Merged::default(), Some(path), &mut Settings::default()).unwrap_err();
    assert!(failure.one_line().contains("`/nowhere/at/all`"), "{}", failure.one_line());
    assert_eq!(failure.exit(), ExitCode::Unclassified);
}
