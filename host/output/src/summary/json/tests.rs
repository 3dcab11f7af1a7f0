//! Shapes are compared with snapshots, whose keys and ids are those that k6 wrote for the same run.

use serde_json::{Value, json};
use squall_metrics::Contains;

use super::*;
use crate::summary::samples;

fn context() -> JsonContext {
    JsonContext { setup_data: Some(json!({ "token": "abc", "n": 5 })), ..JsonContext::default() }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn handle_summary_gets_the_shape_of_k6() {
    let data = handle_summary_data(&samples::few(), Some(&samples::strained()), &context());
    let expected = ["root_group", "options", "state", "metrics", "setup_data", "squall"];
    assert_eq!(keys(&data), expected);
    insta::assert_snapshot!("data", to_text(&data));
}

#[test]
fn the_export_has_the_flat_shape_of_k6() {
    let export = summary_export(&samples::few(), Some(&samples::healthy()), &context());
    assert_eq!(keys(&export), ["root_group", "metrics", "setup_data", "squall"]);
    insta::assert_snapshot!("export", to_text(&export));
}

#[test]
fn the_two_shapes_disagree_on_what_true_means() {
    let run = samples::run();
    let data = handle_summary_data(&run, None, &context());
    let export = summary_export(&run, None, &context());
    let mut judged = 0;
    for (metric, threshold) in run.thresholds() {
        let of =
            |value: &Value| value["metrics"][&metric.name]["thresholds"][&threshold.source].clone();
        assert_eq!(of(&data), json!({ "ok": threshold.ok }), "{}", metric.name);
        assert_eq!(of(&export), json!(!threshold.ok), "{}", metric.name);
        judged += 1;
    }
    assert_eq!(judged, 12);
    // An empty list of thresholds shows the metric and nothing else.
    assert!(data["metrics"]["iterations"].get("thresholds").is_none());
    assert!(export["metrics"]["iterations"].get("thresholds").is_none());
}

#[test]
fn ids_are_sums_of_paths() {
    let ids = [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("::outer", "c34b428ee7255085dfe7fef53d3394d5"),
        ("::outer::inner", "b6c425bc7b9e3d21a2d56ce7a6de3614"),
        ("::outer::inner::always fails", "347acce04a266d3fa395ffd2964621f0"),
        ("::teardown::td ok", "d0dea06772314d4017baf7e4efee6472"),
    ];
    for (path, expected) in ids {
        assert_eq!(id(path), expected, "{path}");
    }
}

#[test]
fn a_threshold_that_is_written_twice_fails_if_one_fails() {
    let mut run = samples::few();
    let metric = run.metrics.iter_mut().find(|metric| metric.name == "my_rate").unwrap();
    let thresholds = metric.thresholds.as_mut().unwrap();
    let mut passed = thresholds[0].clone();
    passed.ok = true;
    thresholds.push(passed);
    let data = handle_summary_data(&run, None, &context());
    assert_eq!(data["metrics"]["my_rate"]["thresholds"], json!({ "rate<0.01": { "ok": false } }));
}

#[test]
fn numbers_are_those_of_javascript() {
    for (value, text) in [
        (20.0, "20"),
        (-3.0, "-3"),
        (0.5, "0.5"),
        (-0.0, "0"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (f64::NAN, "null"),
        (f64::INFINITY, "null"),
    ] {
        assert_eq!(number(value).to_string(), text, "{value}");
    }
    assert_eq!(number(1e300).as_f64(), Some(1e300));
}

#[test]
fn without_setup_data_there_is_no_key() {
    let without = JsonContext::default();
    assert!(handle_summary_data(&samples::few(), None, &without).get("setup_data").is_none());
    let null = JsonContext { setup_data: Some(Value::Null), ..JsonContext::default() };
    assert_eq!(summary_export(&samples::few(), None, &null)["setup_data"], Value::Null);
}

#[test]
fn options_and_state_are_told() {
    let context = JsonContext {
        trend_stats: ["count", "p(99.90)"].map(|text| text.parse().unwrap()).to_vec(),
        time_unit: TimeUnit::Microseconds,
        no_color: true,
        stdout_is_tty: true,
        stderr_is_tty: false,
        setup_data: None,
    };
    let data = handle_summary_data(&samples::few(), None, &context);
    assert_eq!(
        data["options"],
        json!({
            "summaryTrendStats": ["count", "p(99.90)"],
            "summaryTimeUnit": "us",
            "noColor": true,
        })
    );
    assert_eq!(data["state"]["isStdOutTTY"], json!(true));
    assert_eq!(keys(&data["metrics"]["http_req_duration"]["values"]), ["count", "p(99.90)"]);
}

#[test]
fn bounds_and_blind_thresholds_are_in_our_object() {
    let mut run = samples::few();
    run.bounds_reached.tag_sets = 3;
    let data = handle_summary_data(&run, None, &context());
    assert_eq!(
        data["squall"],
        json!({
            "bounds_reached": { "tag_sets": 3 },
            "thresholds_without_data":
                [{ "metric": "http_req_duration{nosuch:tag}", "threshold": "p(95)<200" }],
        })
    );
}

#[test]
fn nothing_at_all_still_has_the_shape() {
    let data = handle_summary_data(&samples::nothing(), None, &JsonContext::default());
    assert_eq!(data["metrics"], json!({}));
    assert_eq!(data["root_group"]["checks"], json!([]));
    let export = summary_export(&samples::nothing(), None, &JsonContext::default());
    assert_eq!(export["root_group"]["checks"], json!({}));
}

#[test]
fn what_values_are_is_told_in_words() {
    let data = handle_summary_data(&samples::run(), None, &context());
    for metric in &samples::run().metrics {
        let told = &data["metrics"][&metric.name];
        assert_eq!(told["type"], metric.kind.as_str());
        let contains = match metric.contains {
            Contains::Default => "default",
            Contains::Time => "time",
            Contains::Data => "data",
        };
        assert_eq!(told["contains"], contains);
    }
}
