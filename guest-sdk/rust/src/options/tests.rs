//! The JSON that options become.

use std::time::Duration;

use super::*;

#[test]
fn no_options_are_an_empty_object() {
    assert_eq!(Options::new().to_json(), "{}");
}

#[test]
fn the_lesson_s_stages_and_thresholds() {
    let options = Options::new()
        .stage("2m", 50)
        .stage(Duration::from_mins(5), 50)
        .threshold("http_req_duration", "p(95)<500")
        .threshold("http_req_duration", Threshold::new("p(99)<1500").abort_on_fail())
        .threshold(
            "http_req_failed{name:x}",
            Threshold::new("rate<0.005").abort_on_fail().delay_abort_eval("30s"),
        );
    assert_eq!(
        options.to_json(),
        concat!(
            r#"{"stages":[{"duration":"2m","target":50},{"duration":"300s","target":50}],"#,
            r#""thresholds":{"http_req_duration":["#,
            r#""p(95)<500",{"threshold":"p(99)<1500","abortOnFail":true}],"#,
            r#""http_req_failed{name:x}":["#,
            r#"{"threshold":"rate<0.005","abortOnFail":true,"delayAbortEval":"30s"}]}}"#,
        )
    );
}

#[test]
fn every_executor_with_its_settings() {
    let json = |scenario: String| scenario;
    assert_eq!(
        json(Scenario::constant_vus(5, "10s").exec("a").start_time("1s").into_json()),
        r#"{"executor":"constant-vus","vus":5,"duration":"10s","exec":"a","startTime":"1s"}"#
    );
    assert_eq!(
        json(
            Scenario::ramping_vus()
                .start_vus(0)
                .stage("1s", 9)
                .graceful_ramp_down("2s")
                .graceful_stop("3s")
                .into_json()
        ),
        concat!(
            r#"{"executor":"ramping-vus","startVUs":0,"#,
            r#""gracefulRampDown":"2s","gracefulStop":"3s","#,
            r#""stages":[{"duration":"1s","target":9}]}"#
        )
    );
    assert_eq!(
        json(Scenario::shared_iterations(2, 30).max_duration("1m").into_json()),
        r#"{"executor":"shared-iterations","vus":2,"iterations":30,"maxDuration":"1m"}"#
    );
    assert_eq!(
        json(Scenario::per_vu_iterations(2, 30).env("A", "1").tag("b", "2").into_json()),
        concat!(
            r#"{"executor":"per-vu-iterations","vus":2,"iterations":30,"#,
            r#""env":{"A":"1"},"tags":{"b":"2"}}"#
        )
    );
    assert_eq!(
        json(
            Scenario::constant_arrival_rate(90, "5m")
                .time_unit("1m")
                .pre_allocated_vus(4)
                .max_vus(8)
                .into_json()
        ),
        concat!(
            r#"{"executor":"constant-arrival-rate","rate":90,"duration":"5m","timeUnit":"1m","#,
            r#""preAllocatedVUs":4,"maxVUs":8}"#
        )
    );
    assert_eq!(
        json(
            Scenario::ramping_arrival_rate()
                .start_rate(1)
                .stage("1s", 2)
                .pre_allocated_vus(3)
                .into_json()
        ),
        concat!(
            r#"{"executor":"ramping-arrival-rate","startRate":1,"preAllocatedVUs":3,"#,
            r#""stages":[{"duration":"1s","target":2}]}"#
        )
    );
}

#[test]
fn every_option_has_k6_s_name() {
    let options = Options::new()
        .vus(1)
        .duration("2s")
        .iterations(3)
        .no_setup(true)
        .no_teardown(false)
        .setup_timeout("4s")
        .teardown_timeout("5s")
        .handle_summary_timeout("6s")
        .rps(7)
        .user_agent("u")
        .batch(8)
        .batch_per_host(9)
        .http_debug("full")
        .insecure_skip_tls_verify(true)
        .tls_version("tls1.3")
        .tls_cipher_suites(&["TLS_AES_128_GCM_SHA256"])
        .no_connection_reuse(true)
        .no_vu_connection_reuse(true)
        .min_iteration_duration("10s")
        .discard_response_bodies(true)
        .summary_trend_stats(&["avg", "p(99)"])
        .summary_time_unit("ms")
        .system_tags(&["url"])
        .execution_segment("0:1/2")
        .execution_segment_sequence("0,1/2,1")
        .raw("maxRedirects", "4");
    assert_eq!(
        options.to_json(),
        concat!(
            r#"{"vus":1,"duration":"2s","iterations":3,"noSetup":true,"noTeardown":false,"#,
            r#""setupTimeout":"4s","teardownTimeout":"5s","handleSummaryTimeout":"6s","rps":7,"#,
            r#""userAgent":"u","batch":8,"batchPerHost":9,"httpDebug":"full","#,
            r#""insecureSkipTLSVerify":true,"tlsVersion":"tls1.3","#,
            r#""tlsCipherSuites":["TLS_AES_128_GCM_SHA256"],"#,
            r#""noConnectionReuse":true,"noVUConnectionReuse":true,"#,
            r#""minIterationDuration":"10s","discardResponseBodies":true,"#,
            r#""summaryTrendStats":["avg","p(99)"],"summaryTimeUnit":"ms","systemTags":["url"],"#,
            r#""executionSegment":"0:1/2","executionSegmentSequence":"0,1/2,1","maxRedirects":4}"#
        )
    );
}

#[test]
fn maps_collect_and_later_values_win() {
    let options = Options::new()
        .vus(1)
        .tag("a", "1")
        .tag("b", "2")
        .tag("a", "3")
        .host("shop", "127.0.0.1")
        .dns_ttl("inf")
        .dns_select("first")
        .dns_policy("onlyIPv4")
        .scenario("s", Scenario::constant_vus(1, "1s"))
        .scenario("s", Scenario::shared_iterations(1, 1))
        .vus(2);
    assert_eq!(
        options.to_json(),
        concat!(
            r#"{"vus":2,"#,
            r#""scenarios":{"s":{"executor":"shared-iterations","vus":1,"iterations":1}},"#,
            r#""tags":{"a":"3","b":"2"},"hosts":{"shop":"127.0.0.1"},"#,
            r#""dns":{"ttl":"inf","select":"first","policy":"onlyIPv4"}}"#
        )
    );
}

#[test]
fn texts_are_escaped() {
    let json = Options::new().tag("q\"\\", "tab\t nul\0 ünder").to_json();
    assert_eq!(json, "{\"tags\":{\"q\\\"\\\\\":\"tab\\u0009 nul\\u0000 ünder\"}}");
}

#[test]
fn durations_are_exact() {
    let text = |duration: Duration| Span::from(duration).0;
    assert_eq!(text(Duration::ZERO), "0s");
    assert_eq!(text(Duration::from_secs(90)), "90s");
    assert_eq!(text(Duration::from_millis(1_500)), "1500ms");
    assert_eq!(text(Duration::from_micros(1_000_001)), "1000001us");
    assert_eq!(text(Duration::from_nanos(7)), "7ns");
    assert_eq!(Span::from("1m30s".to_owned()), Span::from("1m30s"));
}

#[test]
fn the_function_may_return_options_text_or_a_result() {
    assert_eq!(Options::new().vus(1).report().unwrap(), r#"{"vus":1}"#);
    assert_eq!("{}".report().unwrap(), "{}");
    assert_eq!(String::from("{ }").report().unwrap(), "{ }");
    assert_eq!(Ok::<_, String>(Options::new()).report().unwrap(), "{}");
    assert_eq!(Err::<Options, _>("no file").report().unwrap_err(), "no file");
}

#[cfg(feature = "json")]
#[test]
fn the_text_is_json() {
    let options = Options::new()
        .tag("\u{1}\u{7f}\"", "\\")
        .stage("1s", u64::MAX)
        .scenario("s", Scenario::ramping_vus().stage("1s", 1).env("x", "\n"));
    let value: crate::JsonValue = serde_json::from_str(&options.to_json()).unwrap();
    assert_eq!(value["tags"]["\u{1}\u{7f}\""], "\\");
    assert_eq!(value["scenarios"]["s"]["env"]["x"], "\n");
}
