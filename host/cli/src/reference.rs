//! The reference pages that are made from the program itself, and the test that keeps them true.
//!
//! `docs/reference/cli.md` comes from the command line's table, `docs/reference/environment.md`
//! from the table of environment variables, `metrics.md` and `error-codes.md` from those of the
//! built-in metrics and the errors. `UPDATE_REFERENCE=1 cargo test -p squall-cli reference` writes
//! them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use clap::{Arg, Command};

use crate::env_vars::{EnvVar, TABLE};
use crate::exit_code::ExitCode;

const MADE_BY: &str =
    "<!-- Made from the program by `UPDATE_REFERENCE=1 cargo test -p squall-cli reference`. -->\n";

/// Compares a page with the committed one, or writes it.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
fn check(name: &str, page: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, page).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page,
        "{} is stale; write it anew with UPDATE_REFERENCE=1 cargo test -p squall-cli reference",
        path.display()
    );
}

#[test]
fn reference_of_the_command_line_is_current() {
    check("cli.md", &cli_page());
}

#[test]
fn reference_of_the_environment_is_current() {
    check("environment.md", &environment_page());
}

#[test]
fn reference_of_the_metrics_is_current() {
    check("metrics.md", &metrics_page());
}

#[test]
fn reference_of_the_error_codes_is_current() {
    check("error-codes.md", &error_codes_page());
}

fn metrics_page() -> String {
    let mut page = format!("# Built-in metrics\n\n{MADE_BY}\n");
    page.push_str(
        "Times are milliseconds, data are bytes. Names and meanings are k6's; \
         `iteration_start_lag`, `iteration_response_time`, `iteration_errors` and \
         `http_req_looking_up` are our own.\n\n\
         | name | kind | contains | what |\n|---|---|---|---|\n",
    );
    for metric in squall_metrics::builtin::TABLE {
        let (kind, contains) = (metric.kind.as_str(), metric.contains.as_str());
        let _ = writeln!(page, "| `{}` | {kind} | {contains} | {} |", metric.name, metric.doc);
    }
    page
}

fn error_codes_page() -> String {
    let mut page = format!("# Error codes\n\n{MADE_BY}\n");
    page.push_str(
        "The tag `error_code` of a request that failed. A response with a status from 400 up has \
         the code 1000 + status; HTTP/2 errors with a known reason have the code of their kind + \
         1 + reason.\n\n\
         | code | what |\n|---|---|\n",
    );
    for code in squall_net::ErrorCode::NAMED {
        let _ = writeln!(page, "| {} | {} |", code.get(), code.text());
    }
    page
}

fn cli_page() -> String {
    let mut command = crate::args::command();
    command.build();
    let mut page = format!("# Command line\n\n{MADE_BY}\n");
    let _ = writeln!(page, "{}\n", text_of(command.get_about()));
    page.push_str(
        "Every option of `run` has an environment variable, see [environment](environment.md).\n",
    );
    for subcommand in command.get_subcommands().filter(|command| command.get_name() != "help") {
        command_section(&mut page, subcommand);
    }
    page.push_str("\n## Global options\n\nEvery command takes these.\n\n");
    flag_table(&mut page, command.get_arguments().filter(|arg| arg.is_global_set()));
    page.push_str("\n## Exit codes\n\n| code | when |\n|---|---|\n");
    for code in ExitCode::ALL {
        let _ = writeln!(page, "| {} | {} |", code.number(), code.meaning());
    }
    page
}

fn command_section(page: &mut String, command: &Command) {
    let name = command.get_name();
    let _ = writeln!(page, "\n## `squall {name}`\n\n{}.", text_of(command.get_about()));
    let own: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| !arg.is_global_set() && arg.get_id() != "help")
        .collect();
    let mut headings: Vec<Option<&str>> = Vec::new();
    for arg in own.iter().filter(|arg| !arg.is_positional()) {
        if !headings.contains(&arg.get_help_heading()) {
            headings.push(arg.get_help_heading());
        }
    }
    for arg in own.iter().filter(|arg| arg.is_positional()) {
        let _ = writeln!(page, "\n`{}`: {}.", value_name(arg), text_of(arg.get_help()));
    }
    for heading in headings {
        let _ = writeln!(page, "\n### {}\n", heading.unwrap_or("Options"));
        let belongs = |arg: &&&Arg| !arg.is_positional() && arg.get_help_heading() == heading;
        flag_table(page, own.iter().filter(belongs).copied());
    }
}

fn flag_table<'a>(page: &mut String, flags: impl Iterator<Item = &'a Arg>) {
    page.push_str("| flag | what it does |\n|---|---|\n");
    for flag in flags.filter(|flag| !flag.is_hide_set()) {
        let mut name = String::new();
        if let Some(short) = flag.get_short() {
            let _ = write!(name, "`-{short}` ");
        }
        let _ = write!(name, "`--{}", flag.get_long().unwrap_or_default());
        let has_value = flag.get_num_args().is_some_and(|range| range.max_values() > 0);
        if has_value {
            let optional = flag.get_num_args().is_some_and(|range| range.min_values() == 0);
            let value = value_name(flag);
            let _ = if optional { write!(name, "[={value}]") } else { write!(name, " {value}") };
        }
        let _ = writeln!(page, "| {name}` | {} |", cell(&text_of(flag.get_help())));
    }
}

fn value_name(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    names.first().map_or_else(|| arg.get_id().to_string().to_uppercase(), ToString::to_string)
}

fn text_of(styled: Option<&clap::builder::StyledStr>) -> String {
    styled.map(ToString::to_string).unwrap_or_default()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn environment_page() -> String {
    let mut page = format!("# Environment variables\n\n{MADE_BY}");
    page.push_str(
        "\nA variable is `SQUALL_` and the name below. Where the second column says so, `K6_` \
         works too; when both are set, `SQUALL_` wins. An empty value counts as not set. Flags win \
         over variables, variables over the script's options and the config file. Switches take \
         `true` or `false`.\n\n\
         `NO_COLOR`, with any value, turns colours off. `SSLKEYLOGFILE` names a file that the \
         secrets of TLS connections are added to, for tools that decrypt recorded traffic. \
         `SSL_CERT_FILE` and `SSL_CERT_DIR` name the authorities to trust instead of the \
         system's.\n\n\
         `HTTP_PROXY` and `HTTPS_PROXY` name the proxies for `http` and `https` targets \
         (`http://`, `https://` or `socks5://`, `name:password@` at will), `NO_PROXY` the targets \
         that are called directly, with commas between: names (and all names below them; with a \
         dot in front only those) and addresses, with a port at will, CIDRs, or `*` for all. Each \
         variable works in lower case too. `localhost` and loopback addresses are always called \
         directly. Where `REQUEST_METHOD` is set, `HTTP_PROXY` is refused, since a CGI program's \
         client could have set it.\n\n\
         | name | `K6_` | flag | option | example | what it does |\n|---|---|---|---|---|---|\n",
    );
    for variable in TABLE {
        let EnvVar { suffix, k6, flag, option, example, about } = variable;
        let flag = flag.map(|flag| format!("`--{flag}`")).unwrap_or_default();
        let option = option.map(|option| format!("`{option}`")).unwrap_or_default();
        let k6 = if *k6 { "yes" } else { "" };
        let _ = writeln!(
            page,
            "| `{suffix}` | {k6} | {flag} | {option} | `{}` | {} |",
            cell(example),
            cell(about)
        );
    }
    page
}
