//! Which tier wins, what is said about it, and that every flag and variable reaches its option.

use serde_json::json;

use super::*;
use crate::args::{self, Command};

fn run_args(words: &[&str]) -> RunArgs {
    let line = ["squall", "run"].iter().chain(words).chain(&["vu.wasm"]);
    match args::parse(line).unwrap().command {
        Command::Run(args) => *args,
        other => panic!("expected `run`, got {other:?}"),
    }
}

/// Merges tiers that are given as a user gives them.
fn merge(
    config: &str,
    script: &str,
    variables: &[(&str, &str)],
    words: &[&str],
) -> Result<Merged, Failure> {
    let file = ConfigFile { path: "c.json".into(), text: config.to_owned(), out: Vec::new() };
    let environment: Environment = variables.iter().copied().collect();
    let tiers = Tiers::read(Some(&run_args(words)), &environment, Some(&file))?;
    let (script, warnings) = script_tier(Path::new("vu.wasm"), script)?;
    let mut merged = Merged::new(tiers, script, true);
    merged.warnings.extend(warnings);
    Ok(merged)
}

fn value(merged: &Merged, key: &str) -> serde_json::Value {
    merged.options.to_json()[key].clone()
}

#[test]
fn each_tier_overrides_the_ones_below() {
    let (config, script) = (r#"{"userAgent":"config","batch":1}"#, r#"{"userAgent":"script"}"#);
    let variables = [("K6_USER_AGENT", "env")];
    let flags = ["--user-agent", "cli"];
    for (merged, text, origin) in [
        (merge("{}", "{}", &[], &[]), json!(null), Origin::Default),
        (merge(config, "{}", &[], &[]), json!("config"), Origin::ConfigFile("c.json".into())),
        (merge(config, script, &[], &[]), json!("script"), Origin::Script),
        (
            merge(config, script, &variables, &[]),
            json!("env"),
            Origin::Environment("K6_USER_AGENT".into()),
        ),
        (merge(config, script, &variables, &flags), json!("cli"), Origin::Flag("user-agent")),
    ] {
        let merged = merged.unwrap();
        assert_eq!(value(&merged, "userAgent"), text);
        assert_eq!(merged.origin("userAgent"), origin);
    }
    let merged = merge(config, script, &variables, &flags).unwrap();
    assert_eq!(merged.origin("batch"), Origin::ConfigFile("c.json".into()));
}

#[test]
fn a_tier_that_shapes_the_load_wipes_the_shape_below_and_says_so() {
    let script = r#"{"scenarios":{"a":{"executor":"constant-vus","vus":2,"duration":"1s"}}}"#;
    let merged = merge("{}", script, &[], &["-d", "3s"]).unwrap();
    assert_eq!(value(&merged, "scenarios"), json!(null));
    assert_eq!(value(&merged, "duration"), json!("3s"));
    assert_eq!(
        merged.warnings,
        [r#""cli" level configuration overrode scenarios configuration entirely"#]
    );
    assert_eq!(merge("{}", script, &[], &["-q"]).unwrap().warnings, [""; 0]);
}

#[test]
fn unknown_keys_are_warned_about_and_k6_s_own_file_keys_are_not() {
    let config = r#"{"vuss":1,"collectors":{},"out":"json=a","linger":true}"#;
    let merged = merge(config, r#"{"foo":1}"#, &[], &[]).unwrap();
    assert_eq!(
        merged.warnings,
        [
            "unknown field in the config file `c.json`: vuss",
            "There were unknown fields in the options exported in the script: foo",
        ]
    );
}

#[test]
fn options_that_are_not_heeded_are_named_with_their_place() {
    let merged = merge("{}", r#"{"paused":true}"#, &[("K6_THROW", "true")], &[]).unwrap();
    assert_eq!(
        merged.warnings,
        [
            "option `paused` from the script has no effect yet",
            "option `throw` from the environment variable `K6_THROW` has no effect yet",
        ]
    );
}

#[test]
fn a_wrong_type_is_shown_where_it_stands() {
    let failure = merge("{}", "{\n  \"vus\": \"many\"\n}", &[], &[]).unwrap_err();
    assert_eq!(failure.exit(), ExitCode::InvalidConfig);
    let text = anstream::adapter::strip_str(&crate::diagnostics::render(&failure)).to_string();
    assert!(text.starts_with("error: the options of the script are not valid\n"), "{text}");
    assert!(text.contains("options of vu.wasm:2:10"), "{text}");
    assert!(text.contains("2 |   \"vus\": \"many\""), "{text}");
    let failure = merge("{", "{}", &[], &[]).unwrap_err();
    assert!(failure.one_line().contains("config file `c.json`"), "{}", failure.one_line());
}

#[test]
fn a_wrong_text_names_its_flag_or_variable() {
    for (variables, words, text, exit) in [
        (&[][..], &["-u", "many"][..], "`--vus`", ExitCode::Unclassified),
        (&[], &["-d", "1000"], "`--duration`", ExitCode::Unclassified),
        (&[], &["--tag", "a="], "invalid tag, empty value", ExitCode::Unclassified),
        (&[], &["--dns", "ttl=x"], "invalid DNS TTL: x", ExitCode::Unclassified),
        (&[("K6_VUS", "many")], &[], "`K6_VUS`", ExitCode::InvalidConfig),
        (&[("SQUALL_STAGES", "5")], &[], "`SQUALL_STAGES`", ExitCode::InvalidConfig),
    ] {
        let failure = merge("{}", "{}", variables, words).unwrap_err();
        assert!(failure.one_line().contains(text), "{}", failure.one_line());
        assert_eq!(failure.exit(), exit, "{text}");
    }
}

#[test]
fn flags_that_repeat_add_up() {
    let merged = merge(
        "{}",
        r#"{"tags":{"x":"y"}}"#,
        &[],
        &["-s", "1s:2,3s:4", "-s", "5s:6", "--tag", "a=b", "--tag", "c=d"],
    )
    .unwrap();
    assert_eq!(value(&merged, "stages").as_array().map(Vec::len), Some(3));
    assert_eq!(value(&merged, "tags"), json!({"a": "b", "c": "d"}));
}

#[test]
fn durations_without_a_unit_are_milliseconds_in_the_environment_only() {
    let merged = merge("{}", "{}", &[("K6_DURATION", "10000")], &[]).unwrap();
    assert_eq!(value(&merged, "duration"), json!("10s"));
    assert!(merge("{}", "{}", &[], &["-d", "10000"]).is_err());
}

/// A value for every flag and variable of the tables, so that none is forgotten on the way.
#[test]
fn every_flag_and_variable_of_an_option_reaches_it() {
    let rows = TABLE.iter().filter(|row| row.option.is_some_and(|key| key != "out"));
    for row in rows {
        let key = row.option.unwrap();
        let name = format!("SQUALL_{}", row.suffix);
        let by_variable = merge("{}", "{}", &[(name.as_str(), row.example)], &[]).unwrap();
        assert_eq!(by_variable.origin(key), Origin::Environment(name.clone()), "{name}");
        // Some have no place in JSON.
        if !["localIPs", "unixSockets"].contains(&key) {
            assert_ne!(value(&by_variable, key), json!(null), "{name}");
        }
        let Some(flag) = row.flag else { continue };
        // `--tag` takes one pair, in its own spelling.
        let text = if flag == "tag" { "team=shop" } else { row.example };
        let word = format!("--{flag}={text}");
        let by_flag = merge("{}", "{}", &[], &[word.as_str()]).unwrap();
        assert_eq!(by_flag.origin(key), Origin::Flag(flag), "{word}");
    }
}

#[test]
fn the_table_agrees_with_the_options_about_names() {
    for row in TABLE {
        let Some(names) = Options::NAMES.iter().find(|names| Some(names.key) == row.option) else {
            continue;
        };
        assert_eq!(names.flag, row.flag, "{}", row.suffix);
        assert!(names.variable.is_none_or(|variable| variable == row.suffix), "{}", row.suffix);
    }
}

#[test]
fn the_listing_shows_no_keys() {
    let script = r#"{"tlsAuth":[{"cert":"C","key":"SECRET","password":"SECRET"}],
        "tlsByHost":{"key":{"cert":"C","key":"SECRET"}}}"#;
    let listing = format!("{:?}", merge("{}", script, &[], &[]).unwrap().listing());
    assert!(listing.contains("\"C\"") && !listing.contains("SECRET"), "{listing}");
}

#[test]
fn the_listing_tells_values_and_origins() {
    let merged = merge("{}", r#"{"vus":3}"#, &[], &["-d", "3s"]).unwrap();
    assert_eq!(
        merged.listing(),
        [("vus", json!(3), Origin::Script), ("duration", json!("3s"), Origin::Flag("duration")),]
    );
    assert_eq!(
        merged.origins_hint(&["vus", "stages", "duration"]).unwrap(),
        "`vus` is set by the script, `duration` is set by `--duration`"
    );
    assert_eq!(merged.origins_hint(&["stages"]), None);
}
