//! The command line as its users see it: help texts against golden files, and what is accepted.

use clap::error::ErrorKind;

use super::*;

/// The help of a command, as wide as the golden files are.
fn help(path: &[&str]) -> String {
    let mut command = command().term_width(100);
    command.build();
    let mut command = &mut command;
    for name in path {
        command = command.find_subcommand_mut(name).unwrap();
    }
    command.render_long_help().to_string()
}

fn parse(words: &[&str]) -> Result<Args, clap::Error> {
    super::parse(["squall"].iter().chain(words))
}

fn run_args(words: &[&str]) -> run::RunArgs {
    let words: Vec<&str> = [&["run"], words, &["vu.wasm"]].concat();
    match parse(&words).unwrap().command {
        Command::Run(args) => *args,
        other => panic!("expected `run`, got {other:?}"),
    }
}

#[test]
fn clap_s_own_checks_hold() {
    command().debug_assert();
}

#[test]
fn help_texts() {
    insta::assert_snapshot!("help", help(&[]));
    insta::assert_snapshot!("help_run", help(&["run"]));
    insta::assert_snapshot!("help_new", help(&["new"]));
    insta::assert_snapshot!("help_demo", help(&["demo"]));
    insta::assert_snapshot!("help_inspect", help(&["inspect"]));
    insta::assert_snapshot!("help_version", help(&["version"]));
    insta::assert_snapshot!("help_completions", help(&["completions"]));
}

#[test]
fn k6_s_spellings_are_taken() {
    let args = run_args(&[
        "-u",
        "5",
        "-d",
        "10s",
        "-i",
        "7",
        "-s",
        "1s:2,3s:4",
        "-s",
        "5s:6",
        "-e",
        "A=1,2",
        "-e",
        "B=3",
        "--tag",
        "a=b",
        "--tag",
        "c=d",
        "-o",
        "json=x",
        "--blacklist-ip",
        "10.0.0.0/8,1.2.3.4/32",
        "--no-setup",
        "--http-debug",
    ]);
    assert_eq!(args.load.vus.as_deref(), Some("5"));
    assert_eq!(args.load.iterations.as_deref(), Some("7"));
    assert_eq!(args.load.duration.as_deref(), Some("10s"));
    assert_eq!(args.load.stages, ["1s:2,3s:4", "5s:6"]);
    assert_eq!(args.guest.env, ["A=1,2", "B=3"]);
    assert_eq!(args.metrics.tags, ["a=b", "c=d"]);
    assert_eq!(args.http.blacklist_ips.len(), 1);
    assert_eq!(args.load.no_setup, Some(true));
    assert_eq!(args.http.http_debug.as_deref(), Some("headers"));
}

#[test]
fn a_switch_can_be_taken_back() {
    let args = run_args(&["--no-teardown=false", "--http-debug=full"]);
    assert_eq!(args.load.no_teardown, Some(false));
    assert_eq!(args.http.http_debug.as_deref(), Some("full"));
    assert_eq!(args.load.no_setup, None);
}

#[test]
fn global_flags_stand_before_and_behind_the_command() {
    for words in [["-q", "run", "vu.wasm"], ["run", "vu.wasm", "-q"]] {
        assert!(parse(&words).unwrap().global.quiet);
    }
}

#[test]
fn wrong_command_lines_are_usage_errors() {
    for (words, kind) in [
        (&["run"][..], ErrorKind::MissingRequiredArgument),
        (&["run", "a", "b"], ErrorKind::UnknownArgument),
        (&["run", "--bogus", "a"], ErrorKind::UnknownArgument),
        (&["run", "--workers", "0", "a"], ErrorKind::ValueValidation),
        (&["run", "--no-setup=maybe", "a"], ErrorKind::ValueValidation),
        (&["walk"], ErrorKind::InvalidSubcommand),
        (&["completions", "dos"], ErrorKind::InvalidValue),
        (&["new", "a", "b"], ErrorKind::UnknownArgument),
        (&["demo", "script.js"], ErrorKind::UnknownArgument),
    ] {
        assert_eq!(parse(words).unwrap_err().kind(), kind, "{words:?}");
    }
}
