//! Reading of every option in every form, the places of errors, and the merging of tiers.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::executor::ExecutorOptions;
use crate::warning::Warning;

fn parse(text: &str) -> Options {
    let parsed = Options::from_json(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(parsed.unknown_keys, [""; 0]);
    parsed.options
}

fn refuse(text: &str) -> OptionsError {
    match Options::from_json(text) {
        Ok(_) => panic!("{text} was accepted"),
        Err(error) => error,
    }
}

fn text(key: &str, text: &str, form: TextForm) -> Result<Value, String> {
    let mut options = Options::default();
    options.set_text(key, text, form).map_err(|error| error.to_string())?;
    Ok(options.to_json()[key].clone())
}

fn variable(key: &str, value: &str) -> Result<Value, String> {
    text(key, value, TextForm::Variable)
}

fn flag(key: &str, value: &str) -> Result<Value, String> {
    text(key, value, TextForm::Flag)
}

/// Every option, in a way it may be written.
fn everything() -> Value {
    json!({
        "paused": true, "vus": "2", "duration": 1500, "iterations": 7.0,
        "stages": [{"duration": "1m", "target": 3}, {"duration": 0, "target": 1}],
        "scenarios": {
            "z": {"executor": "constant-vus", "startTime": "1s", "gracefulStop": "2s",
                "env": {"A": "b"}, "exec": "foo", "tags": {"t": "u"}, "vus": 3, "duration": "1d2h"},
            "y": {"executor": "ramping-vus", "startVUs": 1, "gracefulRampDown": "1s",
                "stages": [{"duration": "1m", "target": 3}, {"duration": 1500, "target": 0}],
                "options": {"browser": {"type": "chromium"}}},
            "x": {"executor": "constant-arrival-rate", "rate": 1, "timeUnit": "1m",
                "duration": "90s", "preAllocatedVUs": 1, "maxVUs": 3},
            "w": {"executor": "ramping-arrival-rate", "startRate": 1, "timeUnit": "1m",
                "stages": [{"duration": "90s", "target": 6}], "preAllocatedVUs": 1, "maxVUs": 3},
            "v": {"executor": "shared-iterations", "vus": 1, "iterations": 3, "maxDuration": "1h"},
            "u": {"executor": "per-vu-iterations", "vus": 1, "iterations": 3,
                "maxDuration": "1.5h"}
        },
        "executionSegment": "0.2:50%", "executionSegmentSequence": "0,1/5,1/2,1",
        "noSetup": true, "noTeardown": false, "setupTimeout": "1s", "teardownTimeout": 2000,
        "handleSummaryTimeout": "3s", "rps": 5,
        "dns": {"ttl": "1m", "select": "first", "policy": "any"},
        "maxRedirects": 3, "userAgent": "x", "batch": 3, "batchPerHost": 4, "httpDebug": "full",
        "insecureSkipTLSVerify": true, "tlsCipherSuites": ["TLS_RSA_WITH_AES_128_CBC_SHA"],
        "tlsVersion": {"min": "tls1.2", "max": "tls1.3"},
        "tlsAuth": [{"cert": "c", "key": "k", "domains": ["a.com"]}], "throw": true,
        "thresholds": {"http_req_duration": ["p(95)<200",
            {"threshold": "avg<1", "abortOnFail": true, "delayAbortEval": "10s"}]},
        "blacklistIPs": ["10.0.0.1/8"], "blockHostnames": ["*.Foo.com", "a.com"],
        "hosts": {"a.com": "1.2.3.4", "b.com:80": "1.2.3.4:90", "*.x.com": "::1"},
        "noConnectionReuse": true, "noVUConnectionReuse": true, "minIterationDuration": "1ms",
        "cloud": {"name": "x"}, "ext": {"a": {"b": 1}},
        "summaryTrendStats": ["avg", "p(99.9)", "count"], "summaryTimeUnit": "ms",
        "systemTags": ["url", "name", "vu"], "tags": {"a": "b"}, "metricSamplesBufferSize": 5,
        "noCookiesReset": true, "discardResponseBodies": true
    })
}

/// The same as k6 prints it.
fn everything_printed() -> Value {
    let base = |executor: &str| {
        json!({"executor": executor, "startTime": null, "gracefulStop": null, "env": null,
            "exec": null, "tags": null})
    };
    let scenario = |executor: &str, own: Value| {
        let mut scenario = base(executor);
        for (key, value) in own.as_object().unwrap() {
            scenario[key] = value.clone();
        }
        scenario
    };
    let mut printed = everything();
    for (key, value) in [
        ("vus", json!(2)),
        ("duration", json!("1.5s")),
        ("iterations", json!(7)),
        ("stages", json!([{"duration": "1m0s", "target": 3}, {"duration": "0s", "target": 1}])),
        ("executionSegment", json!("1/5:1/2")),
        ("teardownTimeout", json!("2s")),
        ("dns", json!({"ttl": "1m0s", "select": "first", "policy": "any"})),
        ("blacklistIPs", json!(["10.0.0.0/8"])),
        ("tlsAuth", json!([{"cert": "c", "key": "k", "password": null, "domains": ["a.com"]}])),
        (
            "scenarios",
            json!({
                "u": scenario("per-vu-iterations",
                    json!({"vus": 1, "iterations": 3, "maxDuration": "1h30m0s"})),
                "v": scenario("shared-iterations",
                    json!({"vus": 1, "iterations": 3, "maxDuration": "1h0m0s"})),
                "w": scenario("ramping-arrival-rate", json!({"startRate": 1, "timeUnit": "1m0s",
                    "stages": [{"duration": "1m30s", "target": 6}],
                    "preAllocatedVUs": 1, "maxVUs": 3})),
                "x": scenario("constant-arrival-rate", json!({"rate": 1, "timeUnit": "1m0s",
                    "duration": "1m30s", "preAllocatedVUs": 1, "maxVUs": 3})),
                "y": scenario("ramping-vus", json!({"startVUs": 1, "gracefulRampDown": "1s",
                    "stages": [{"duration": "1m0s", "target": 3},
                        {"duration": "1.5s", "target": 0}],
                    "options": {"browser": {"type": "chromium"}}})),
                "z": scenario("constant-vus", json!({"startTime": "1s", "gracefulStop": "2s",
                    "env": {"A": "b"}, "exec": "foo", "tags": {"t": "u"},
                    "vus": 3, "duration": "26h0m0s"})),
            }),
        ),
    ] {
        printed[key] = value;
    }
    printed
}

#[test]
fn every_option_is_read_and_printed_as_in_k6() {
    let options = parse(&everything().to_string());
    assert_eq!(options.to_json(), everything_printed());
    assert_eq!(parse(&options.to_json().to_string()), options);
    assert_eq!(options.tier, Tier::Script);
}

#[test]
fn nothing_set_is_null_everywhere() {
    for text in ["{}", "null", " {\n} ", &Options::default().to_json().to_string()] {
        let options = parse(text);
        assert_eq!(options, Options { tier: Tier::Script, ..Options::default() });
    }
    let printed = Options::default().to_json();
    let count = Options::NAMES.len() - TEXT_ONLY.len() - OURS.len();
    assert_eq!(printed.as_object().unwrap().len(), count);
    assert!(printed.as_object().unwrap().values().all(Value::is_null));
}

#[test]
fn names_are_read_in_any_case_of_letters() {
    let options = parse(
        r#"{"VUS": 5, "insecureSkipTlsVerify": true, "scenarios":
        {"a": {"EXECUTOR": "constant-vus", "Vus": 3}}}"#,
    );
    assert_eq!((options.vus, options.insecure_skip_tls_verify), (Some(5), Some(true)));
    let executor = &options.scenarios.unwrap()["a"].executor;
    assert!(matches!(executor, ExecutorOptions::ConstantVus(options) if options.vus == Some(3)));
}

#[test]
fn unknown_keys_are_told_with_their_paths() {
    let text = r#"{"vuss": 1, "stages": [{"duration": 1, "targett": 2}], "localIPs": "1.1.1.1",
        "thresholds": {"m{a:b}": [{"threshold": "x", "abort": true}]}, "dns": {"tttl": "1"},
        "ext": {"anything": 1}}"#;
    let parsed = Options::from_json(text).unwrap();
    assert_eq!(
        parsed.unknown_keys,
        ["vuss", "stages[0].targett", "localIPs", "thresholds[\"m{a:b}\"][0].abort", "dns.tttl"]
    );
    assert_eq!(parsed.options.local_ips, None);
}

#[test]
fn a_wrong_type_is_shown_where_it_is() {
    let error = refuse(
        "{\n  \"tags\": {\"ä\": \"1\"},\n  \"scenarios\": {\"a\": \
         {\"executor\": \"constant-vus\",\n    \"x\": \"y\\\"}\", \"vus\": 1.5}}\n}",
    );
    assert_eq!((error.line, error.column), (4, 25));
    assert_eq!(error.path, "scenarios.a.vus");
    assert_eq!((error.found.as_str(), error.expected.as_str()), ("1.5", "a whole number"));
    assert_eq!(error.offending_line, "    \"x\": \"y\\\"}\", \"vus\": 1.5}}");
    assert_eq!(
        error.to_string(),
        "option `scenarios.a.vus` (line 4, column 25): expected a whole number, found 1.5\n  \
         |     \"x\": \"y\\\"}\", \"vus\": 1.5}}\n  |                         ^"
    );
}

#[test]
fn places_count_characters_and_the_last_of_equal_keys() {
    let error = refuse(r#"{"a": "ü[{", "stages": [{"target": [1, "]"]}], "rps": 1, "rps": "x"}"#);
    // The first error that is met is that of the stage.
    assert_eq!((error.path.as_str(), error.column), ("stages[0].target", 36));
    assert_eq!(error.found, "an array");
    let error = refuse(r#"{"vus": 1, "vus": {}}"#);
    assert_eq!((error.path.as_str(), error.column), ("vus", 19));
}

#[test]
fn of_long_lines_the_part_around_the_place_is_shown() {
    let filler = "x".repeat(500);
    let error =
        refuse(&format!(r#"{{"userAgent": "{filler}", "vus": [], "ext": {{"a": "{filler}"}}}}"#));
    assert!(error.offending_line.len() < 110, "{}", error.offending_line);
    assert!(error.offending_line.starts_with("...x") && error.offending_line.ends_with("x..."));
    assert!(error.offending_line[error.offending_offset..].starts_with("[], "));
    let error = refuse(&format!(r#"{{"vus": "{filler}"}}"#));
    assert!(error.found.len() < 70, "{}", error.found);
}

#[test]
fn what_is_no_json_is_shown_where_it_breaks() {
    let error = refuse("{\n  \"vus\": 1,\n  }");
    assert_eq!((error.line, error.column, error.path.as_str()), (3, 3, ""));
    assert_eq!((error.found.as_str(), error.expected.as_str()), ("trailing comma", "JSON"));
    assert!(error.to_string().starts_with("the options (line 3, column 3): expected JSON, found"));
    let error = refuse("");
    assert_eq!((error.line, error.found.as_str()), (1, "EOF while parsing a value"));
    assert_eq!(refuse("ü").line, 1);
    assert_eq!(refuse("[]").found, "an array");
    assert_eq!(refuse("5").expected, "an object of options");
    assert_eq!(refuse(&"[".repeat(100_000)).line, 1);
}

#[test]
fn values_of_wrong_types_are_refused() {
    for text in [
        r#"{"vus": true}"#,
        r#"{"vus": 99999999999999999999}"#,
        r#"{"vus": "1.5"}"#,
        r#"{"noSetup": "true"}"#,
        r#"{"noSetup": 1}"#,
        r#"{"rps": 1.5}"#,
        r#"{"rps": -1}"#,
        r#"{"duration": true}"#,
        r#"{"duration": ""}"#,
        r#"{"duration": "1x"}"#,
        r#"{"duration": 1e300}"#,
        r#"{"tags": {"a": 1}}"#,
        r#"{"tags": {"": "b"}}"#,
        r#"{"tags": []}"#,
        r#"{"hosts": {"a.*.com": "1.2.3.4"}}"#,
        r#"{"hosts": {"a.com": "nope"}}"#,
        r#"{"hosts": {"a.com": 5}}"#,
        r#"{"hosts": {"a.com": "1.2.3.4:x"}}"#,
        r#"{"hosts": {"a.com:x": "1.2.3.4"}}"#,
        r#"{"dns": {"ttl": "x"}}"#,
        r#"{"dns": {"ttl": "-1s"}}"#,
        r#"{"dns": {"ttl": 5}}"#,
        r#"{"dns": {"select": "x"}}"#,
        r#"{"dns": {"policy": "x"}}"#,
        r#"{"dns": "ttl=1m"}"#,
        r#"{"thresholds": {"a": 5}}"#,
        r#"{"thresholds": []}"#,
        r#"{"thresholds": {"a": [{"threshold": "x", "delayAbortEval": "-1s"}]}}"#,
        r#"{"systemTags": "url,name"}"#,
        r#"{"systemTags": [5]}"#,
        r#"{"summaryTrendStats": ["avg", "foo"]}"#,
        r#"{"summaryTrendStats": ["p(101)"]}"#,
        r#"{"summaryTrendStats": ["p(NaN)"]}"#,
        r#"{"summaryTrendStats": "avg"}"#,
        r#"{"summaryTimeUnit": "h"}"#,
        r#"{"blacklistIPs": ["10.0.0.0/8", "1.2.3.4"]}"#,
        r#"{"blacklistIPs": ["10.0.0.0/33"]}"#,
        r#"{"blockHostnames": ["*.x.com", "a.*"]}"#,
        r#"{"blockHostnames": "x"}"#,
        r#"{"executionSegment": 5}"#,
        r#"{"executionSegment": "2:3"}"#,
        r#"{"executionSegmentSequence": "0"}"#,
        r#"{"httpDebug": true}"#,
        r#"{"tlsVersion": "x"}"#,
        r#"{"tlsVersion": {"min": "tls9"}}"#,
        r#"{"tlsAuth": [{"cert": 1}]}"#,
        r#"{"userAgent": 5}"#,
        r#"{"stages": {}}"#,
        r#"{"stages": ["10s:5"]}"#,
        r#"{"stages": [["10s", 5]]}"#,
        r#"{"stages": [{"duration": "10s", "target": 1.5}]}"#,
        r#"{"scenarios": []}"#,
        r#"{"scenarios": {"a": 5}}"#,
        r#"{"ext": 5}"#,
    ] {
        let error = refuse(text);
        assert!(!error.path.is_empty() && !error.expected.is_empty(), "{error}");
    }
}

#[test]
fn scenarios_are_strict() {
    let reason = |scenario: &str| {
        let error = refuse(&format!(r#"{{"scenarios": {{"a": {scenario}}}}}"#));
        (error.path.clone(), error.reason.clone().unwrap().to_string())
    };
    let of = |path: &str, reason: &str| (path.to_owned(), reason.to_owned());
    let missing = "scenario 'a' doesn't have a specified executor type";
    assert_eq!(reason("{}"), of("scenarios.a", missing));
    assert_eq!(reason("null"), of("scenarios.a", missing));
    assert_eq!(
        reason(r#"{"executor": "externally-controlled", "duration": "1s"}"#),
        of("scenarios.a.executor", "unknown executor type 'externally-controlled'")
    );
    assert_eq!(
        reason(r#"{"executor": "constant-vus", "iterations": 1}"#),
        of("scenarios.a.iterations", "unknown field \"iterations\"")
    );
    assert_eq!(
        reason(r#"{"executor": "constant-vus", "options": {"brwser": {}}}"#),
        of("scenarios.a.options.brwser", "unknown field \"brwser\"")
    );
    let error = refuse(r#"{"scenarios": {"a": {"executor": "constant-vus", "foo": 1}}}"#);
    assert_eq!(
        error.expected,
        "only the keys executor, startTime, gracefulStop, env, exec, tags, options, vus, duration"
    );
}

#[test]
fn thresholds_are_lists() {
    let error = Options::from_json(r#"{"thresholds": {"a": "avg<1"}}"#).unwrap_err().to_string();
    assert!(error.contains("a list of thresholds"), "{error}");
    let options = parse(
        r#"{"thresholds": {"a": ["avg<1"], "b": [{"threshold": "avg<2", "abortOnFail": true}],
            "c": ["x", {"threshold": "y", "delayAbortEval": 1500}], "d": [], "e": null}}"#,
    );
    let thresholds = options.thresholds.clone().unwrap();
    assert_eq!(thresholds["a"][0].source, "avg<1");
    assert!(thresholds["b"][0].abort_on_fail);
    assert_eq!(thresholds["c"][1].delay_abort_eval, Some(std::time::Duration::from_millis(1_500)));
    assert!(thresholds["d"].is_empty() && thresholds["e"].is_empty());
    assert_eq!(
        options.to_json()["thresholds"],
        json!({"a": ["avg<1"],
            "b": [{"threshold": "avg<2", "abortOnFail": true, "delayAbortEval": null}],
            "c": ["x", {"threshold": "y", "abortOnFail": false, "delayAbortEval": "1.5s"}],
            "d": [], "e": []})
    );
}

#[test]
fn one_tls_version_is_both_ends() {
    let options = parse(r#"{"tlsVersion": "tls1.2"}"#);
    assert_eq!(options.to_json()["tlsVersion"], json!({"min": "tls1.2", "max": "tls1.2"}));
    let options = parse(r#"{"tlsVersion": {"max": "tls1.3", "min": ""}}"#);
    assert_eq!(options.to_json()["tlsVersion"], json!({"min": null, "max": "tls1.3"}));
}

#[test]
fn cipher_suites_have_k6_s_names() {
    let options = parse(r#"{"tlsCipherSuites": ["TLS_RSA_WITH_RC4_128_SHA"]}"#);
    assert_eq!(options.to_json()["tlsCipherSuites"], json!(["TLS_RSA_WITH_RC4_128_SHA"]));
    let error = Options::from_json(r#"{"tlsCipherSuites": ["TLS_NOPE"]}"#).unwrap_err();
    assert_eq!(error.path, "tlsCipherSuites[0]");
    assert!(error.to_string().contains("unknown cipher suite 'TLS_NOPE'"), "{error}");
    let mut options = Options::default();
    let two = "TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305";
    options.set_text("tlsCipherSuites", two, TextForm::Variable).unwrap();
    assert_eq!(options.tls_cipher_suites.map(|suites| suites.len()), Some(2));
}

#[test]
fn tls_settings_by_host() {
    let text = r#"{"tlsByHost": {"*.a.test": {"version": "tls1.2", "serverName": "b",
        "insecureSkipVerify": true, "cipherSuites": ["TLS_AES_128_GCM_SHA256"],
        "sessionResumption": false}, "c": {}}}"#;
    let json = parse(text).to_json();
    let host = &json["tlsByHost"]["*.a.test"];
    assert_eq!(host["version"], json!({"min": "tls1.2", "max": "tls1.2"}));
    assert_eq!(host["cipherSuites"], json!(["TLS_AES_128_GCM_SHA256"]));
    assert_eq!(host["sessionResumption"], json!(false));
    assert_eq!(parse(&json.to_string()).to_json(), json);
    assert!(parse("{}").to_json().get("tlsByHost").is_none());
    for (bad, text) in [
        (r#"{"tlsByHost": {"a*b": {}}}"#, "invalid hostname pattern"),
        (r#"{"tlsByHost": {"a": {"verify": 1}}}"#, "unknown field \"verify\""),
        (r#"{"tlsByHost": ["a"]}"#, "an object of TLS settings by host name"),
        (r#"{"tlsAuth": [{"crt": "x"}]}"#, "unknown field \"crt\""),
        (r#"{"tlsAuth": [{"domains": ["a b"]}]}"#, "invalid hostname pattern"),
    ] {
        let error = Options::from_json(bad).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn secrets_are_not_in_debug_output() {
    let options = parse(
        r#"{"tlsAuth": [{"cert": "CERT", "key": "KEY", "password": "PASS"}],
            "tlsByHost": {"a": {"cert": "CERT", "key": "KEY", "password": "PASS"}}}"#,
    );
    let debug = format!("{options:?}");
    assert!(!debug.contains("KEY") && !debug.contains("PASS"), "{debug}");
}

#[test]
fn variables_are_read_as_in_k6() {
    for (key, value, printed) in [
        ("vus", "5", json!(5)),
        ("rps", "7", json!(7)),
        ("noSetup", "true", json!(true)),
        ("duration", "10000", json!("10s")),
        ("duration", "1d", json!("24h0m0s")),
        (
            "stages",
            "10s:5,1m:10",
            json!([{"duration": "10s", "target": 5}, {"duration": "1m0s", "target": 10}]),
        ),
        ("stages", "", json!([])),
        ("tags", "a:b,c:d", json!({"a": "b", "c": "d"})),
        ("tags", "a=b:c", json!({"a": "b:c"})),
        ("tags", r#"{"a": "b,c"}"#, json!({"a": "b,c"})),
        ("thresholds", r#"{"iterations": ["count>5"]}"#, json!({"iterations": ["count>5"]})),
        (
            "hosts",
            "a.com:1.1.1.1,b.com:80=[::1]:90",
            json!({"a.com": "1.1.1.1", "b.com:80": "[::1]:90"}),
        ),
        ("hosts", r#"{"a.com": "1.1.1.1"}"#, json!({"a.com": "1.1.1.1"})),
        ("blacklistIPs", "10.0.0.0/8,::/0", json!(["10.0.0.0/8", "::/0"])),
        ("systemTags", "url,foo", json!(["url", "foo"])),
        ("systemTags", "", json!([])),
        ("summaryTrendStats", "avg,p(99)", json!(["avg", "p(99)"])),
        ("dns", "ttl=inf,policy=any", json!({"ttl": "inf", "select": null, "policy": "any"})),
        ("dns", "ttl=0", json!({"ttl": "0", "select": null, "policy": null})),
        ("tlsVersion", "tls1.2", json!({"min": "tls1.2", "max": "tls1.2"})),
        (
            "tlsAuth",
            r#"[{"cert": "a,b"}]"#,
            json!([{"cert": "a,b", "key": "", "password": null, "domains": []}]),
        ),
        ("httpDebug", "foo", json!("headers")),
        ("cloud", r#"{"name": "x"}"#, json!({"name": "x"})),
    ] {
        assert_eq!(variable(key, value), Ok(printed), "{key}={value}");
    }
}

#[test]
fn what_variables_cannot_hold_is_refused() {
    for (key, value, error) in [
        ("vus", "x", "\"x\" is not a whole number"),
        ("rps", "-1", "\"-1\" is not a whole number of 0 or more"),
        ("noSetup", "1", "\"1\" is neither true nor false"),
        ("noSetup", "yes", "\"yes\" is neither true nor false"),
        ("tags", "a", "invalid map item: \"a\"; write it like name:value or name=value"),
        ("dns", "ttl", "no value for key ttl; write it like ttl=..."),
        ("dns", "ttl=x", "invalid DNS TTL: x; use a duration such as 5m, 0, or inf"),
        (
            "dns",
            "foo=1",
            "unknown DNS configuration field: foo; \
          there are ttl, select, policy and happyEyeballs",
        ),
        ("summaryTimeUnit", "foo", "invalid summary time unit 'foo', use 's', 'ms' or 'us'"),
        ("localIPs", "x", "x is not a valid IP, IP range or CIDR"),
        ("localIPs", "10.0.0.1-::1", "mixed IP range format: 10.0.0.1-::1"),
        ("localIPs", "10.0.0.1-x", "wrong IP range format: 10.0.0.1-x"),
        (
            "localIPs",
            "1.2.3.4/40",
            "parseCIDR() failed parsing 1.2.3.4/40: invalid CIDR address: 1.2.3.4/40",
        ),
        ("localIPs", ",", " is not a valid IP, IP range or CIDR"),
        ("late", "wait", "invalid value 'wait' for late arrivals; use drop or queue"),
        ("httpVersion", "4", "invalid HTTP version '4'; use auto, 1.1, 2, 2-prior-knowledge or 3"),
        (
            "unixSockets",
            "*.test=/x",
            "invalid Unix socket '*.test=/x'; write it like app.test=/run/app.sock",
        ),
        ("localIPs", "10.0.0.5-10.0.0.1", "negative IP range: 10.0.0.5-10.0.0.1"),
        ("blockHostnames", "a.*", "invalid hostname pattern 'a.*'; a * may only be at the start"),
        ("bogus", "1", "there is no option \"bogus\""),
    ] {
        assert_eq!(variable(key, value).unwrap_err(), error, "{key}={value}");
    }
    for (key, value) in [
        ("stages", "1s:1,1000:2"),
        ("thresholds", "iterations:count>5"),
        ("thresholds", r#"{"a": 5}"#),
        ("tlsAuth", "x"),
        ("executionSegment", "foo"),
        ("hosts", "a.*.com=1.1.1.1"),
        ("scenarios", r#"{"a": {}}"#),
    ] {
        assert!(variable(key, value).is_err(), "{key}={value}");
    }
}

#[test]
fn flags_take_plain_durations_only() {
    assert_eq!(flag("duration", "1m30s"), Ok(json!("1m30s")));
    assert!(flag("duration", "1000").unwrap_err().starts_with("missing unit in duration \"1000\""));
    assert!(flag("duration", "1d").unwrap_err().starts_with("unknown unit \"d\""));
    assert!(flag("minIterationDuration", "5").is_err());
    assert!(flag("stages", "1000:20").unwrap_err().starts_with("error for stage \"1000:20\""));
    assert!(flag("stages", ":5").unwrap_err().contains("doesn't have a specified duration"));
    assert!(flag("stages", "1s:x").is_err());
    assert_eq!(flag("stages", "1s"), Ok(json!([{"duration": "1s", "target": null}])));
    assert_eq!(flag("executionSegment", "50%:1"), Ok(json!("1/2:1")));
}

#[test]
fn the_password_of_a_proxy_is_not_printed() {
    for (written, printed) in [
        ("http://name:secret@host:1/", "http://name:***@host:1/"),
        ("name:se@cret@host", "name:***@host"),
        ("http://name@host", "http://name@host"),
        ("http://host:1", "http://host:1"),
        ("", ""),
    ] {
        let options = parse(&json!({ "proxy": written }).to_string());
        assert_eq!(options.to_json()["proxy"], json!(printed));
        assert_eq!(options.proxy.unwrap().0, written);
    }
}

#[test]
fn repeated_flags_add_up() {
    let mut options = Options::default();
    for (key, text) in [
        ("stages", "1s:5"),
        ("stages", "2s:6,3s:7"),
        ("tags", "a=b"),
        ("tags", "c=d=e"),
        ("tags", "a=f"),
        ("blacklistIPs", "1.2.3.0/24"),
        ("blacklistIPs", "1.1.1.1/32"),
        ("dns", "ttl=1m"),
        ("dns", "select=first"),
        ("vus", "1"),
        ("vus", "2"),
        ("localIPs", "127.0.0.1-127.0.0.5,10.0.0.7/30"),
        ("localIPs", "::1"),
        ("localIPs", "10.0.0.8/31"),
        ("localIPs", "10.0.0.1/32"),
        ("localIPs", "fd00::/126"),
        ("unixSockets", "app.test=/run/a.sock"),
        ("unixSockets", "b.test=/run/b.sock"),
        ("dns", "happyEyeballs=true"),
        ("httpVersion", "3"),
        ("late", "queue"),
    ] {
        options.set_text(key, text, TextForm::Flag).unwrap();
    }
    assert_eq!(options.stages.as_ref().unwrap().len(), 3);
    let printed = options.to_json();
    assert_eq!(printed["tags"], json!({"a": "f", "c": "d=e"}));
    assert_eq!(printed["blacklistIPs"], json!(["1.2.3.0/24", "1.1.1.1/32"]));
    assert_eq!(
        printed["dns"],
        json!({"ttl": "1m0s", "select": "first", "policy": null, "happyEyeballs": true})
    );
    assert_eq!(printed["httpVersion"], json!("3"));
    assert_eq!(printed["late"], json!("queue"));
    assert_eq!(options.unix_sockets.as_ref().unwrap().0["b.test"], "/run/b.sock");
    assert_eq!(options.vus, Some(2));
    let ranges: Vec<_> = options.local_ips.unwrap().iter().map(IpRange::to_string).collect();
    assert_eq!(
        ranges,
        [
            "127.0.0.1-127.0.0.5",
            "10.0.0.5-10.0.0.6",
            "::1",
            "10.0.0.8-10.0.0.9",
            "10.0.0.1",
            "fd00::-fd00::3"
        ]
    );
}

#[test]
fn tags_of_flags_need_both_parts() {
    for (tag, error) in [
        ("a", "error parsing tag 'a': invalid tag, empty value"),
        ("a=", "error parsing tag 'a=': invalid tag, empty value"),
        ("=b", "error parsing tag '=b': invalid tag, empty name"),
    ] {
        assert_eq!(parse_tag(tag).unwrap_err().to_string(), error);
        assert_eq!(flag("tags", tag).unwrap_err(), error);
    }
}

#[test]
fn addresses_know_what_is_in_them() {
    let cidr: Cidr = "10.1.2.3/8".parse().unwrap();
    assert_eq!((cidr.to_string().as_str(), cidr.prefix_bits()), ("10.0.0.0/8", 8));
    assert!(cidr.contains("10.255.0.1".parse().unwrap()));
    assert!(!cidr.contains("11.0.0.0".parse().unwrap()));
    assert!(!cidr.contains("::a00:1".parse().unwrap()));
    let all: Cidr = "1.2.3.4/0".parse().unwrap();
    assert!(all.contains("255.255.255.255".parse().unwrap()));
    let one: Cidr = "::1/128".parse().unwrap();
    assert!(one.contains(one.network()) && !one.contains("::2".parse().unwrap()));
    assert!("1.2.3.4/+8".parse::<Cidr>().is_err());
}

fn tier(tier: Tier, text: &str) -> Options {
    Options { tier, ..parse(text) }
}

#[test]
fn a_higher_tier_replaces_whole_values() {
    let script = tier(
        Tier::Script,
        r#"{"vus": 1, "rps": 5, "tags": {"a": "b"}, "dns": {"ttl": "1m", "select": "first"}}"#,
    );
    let environment = tier(Tier::Environment, r#"{"rps": 6, "tags": {"c": "d"}}"#);
    let flags = tier(Tier::CommandLine, r#"{"vus": 2, "dns": {"policy": "any", "ttl": "2s"}}"#);
    let (merged, warnings) = script.apply(environment);
    assert!(warnings.is_empty());
    let (merged, warnings) = merged.apply(flags);
    assert!(warnings.is_empty());
    assert_eq!((merged.vus, merged.rps), (Some(2), Some(6)));
    assert_eq!(merged.to_json()["tags"], json!({"c": "d"}));
    // Parts of dns are options of their own.
    assert_eq!(merged.to_json()["dns"], json!({"ttl": "2s", "select": "first", "policy": "any"}));
    assert_eq!(merged.tier, Tier::CommandLine);
    assert_eq!(merged.origin("vus"), Some(Tier::CommandLine));
    assert_eq!(merged.origin("rps"), Some(Tier::Environment));
    assert_eq!(merged.origin("duration"), None);
}

#[test]
fn whoever_shapes_the_load_wipes_what_lower_tiers_said_of_it() {
    let scenarios = r#"{"scenarios": {"a": {"executor": "constant-vus"}}, "vus": 3, "rps": 1}"#;
    for (higher, text) in [
        (Tier::CommandLine, r#"{"duration": "1s"}"#),
        (Tier::Environment, r#"{"iterations": 1}"#),
        (Tier::Script, r#"{"stages": []}"#),
        (Tier::CommandLine, r#"{"scenarios": {}}"#),
    ] {
        let (merged, warnings) = tier(Tier::ConfigFile, scenarios).apply(tier(higher, text));
        assert_eq!(warnings, [Warning::ScenariosOverridden { tier: higher }]);
        assert_eq!((merged.vus, merged.rps), (Some(3), Some(1)));
        assert!(merged.scenarios.is_none_or(|scenarios| scenarios.is_empty()), "{text}");
    }
    let lower = tier(Tier::Script, r#"{"iterations": 3, "duration": "1s"}"#);
    let (merged, warnings) = lower.apply(tier(Tier::CommandLine, r#"{"stages": []}"#));
    assert!(warnings.is_empty());
    assert_eq!((merged.iterations, merged.duration), (None, None));
    assert_eq!(
        (merged.origin("iterations"), merged.origin("stages")),
        (None, Some(Tier::CommandLine))
    );
    let (merged, warnings) = tier(Tier::Script, scenarios)
        .apply(tier(Tier::CommandLine, r#"{"vus": 7, "noSetup": true}"#));
    assert!(warnings.is_empty());
    assert_eq!(merged.scenarios.unwrap().len(), 1);
    assert_eq!(
        Warning::ScenariosOverridden { tier: Tier::CommandLine }.to_string(),
        "\"cli\" level configuration overrode scenarios configuration entirely"
    );
}

#[test]
fn every_option_has_names_of_its_own() {
    let mut keys: Vec<_> = Options::NAMES.iter().map(|names| names.key).collect();
    let mut variables: Vec<_> = Options::NAMES.iter().filter_map(|names| names.variable).collect();
    let mut flags: Vec<_> = Options::NAMES.iter().filter_map(|names| names.flag).collect();
    for names in [&mut keys, &mut variables, &mut flags] {
        let before = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[\\[\\]{}\":,0-9a-z\\\\\u{fc} \n]{0,40}|\\PC{0,20}") {
        let _ = Options::from_json(&text);
        for names in Options::NAMES {
            for form in [TextForm::Flag, TextForm::Variable] {
                let _ = Options::default().set_text(names.key, &text, form);
            }
        }
    }

    #[test]
    fn no_value_panics(key in 0..Options::NAMES.len(), value in values()) {
        let key = Options::NAMES[key].key;
        let options = json!({"ext": {"\u{fc}\"": [1]}, key: value});
        let text = serde_json::to_string_pretty(&options).unwrap();
        if let Err(error) = Options::from_json(&text) {
            let line = text.lines().nth(error.line - 1).unwrap();
            prop_assert!(error.column <= line.chars().count());
            prop_assert!(error.path.starts_with(key), "{}", error);
        }
    }
}

/// Any small JSON, with the words that mean something.
fn values() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "executor",
        "constant-vus",
        "ramping-arrival-rate",
        "stages",
        "duration",
        "target",
        "1s",
        "vus",
        "threshold",
        "min",
        "ttl",
        "",
        "a b",
        "\u{fc}\\\"}",
        "-1",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(word.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
