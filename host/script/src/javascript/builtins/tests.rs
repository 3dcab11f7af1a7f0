//! The table is whole and consistent; names that are not in it are explained.

use super::*;
use crate::javascript::specifier::{Referrer, Target, target};

fn refusal(specifier: &str) -> String {
    let problem = find(specifier).unwrap_err();
    format!("{problem}\nhelp: {}", problem.help().unwrap())
}

#[test]
fn the_table_is_sorted() {
    assert!(BUILTINS.is_sorted_by(|(one, _), (other, _)| one < other));
}

#[test]
fn every_module_of_ours_parses_and_finds_what_it_imports() {
    let all = BUILTINS.iter().chain(&HELPERS);
    let mut missing = Vec::new();
    for (name, text) in all {
        let allocator = oxc::allocator::Allocator::default();
        let source_type = oxc::span::SourceType::mjs();
        let parsed = oxc::parser::Parser::new(&allocator, text, source_type).parse();
        assert!(parsed.diagnostics.is_empty(), "{name}: {:?}", parsed.diagnostics);
        for specifier in parsed.module_record.requested_modules.keys() {
            let referrer = Referrer { base: None, builtin: Some(name) };
            match target(specifier, &referrer) {
                Ok(Target::Builtin(_) | Target::Native(_)) => {}
                _ => missing.push(format!("{name} imports {specifier}")),
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_k6_has_removed_names_what_to_use() {
    for name in ["browser", "grpc", "timers", "tracing", "webcrypto", "redis"] {
        let text = refusal(&format!("k6/experimental/{name}"));
        assert!(text.contains("was removed from k6\nhelp: "), "{text}");
    }
    assert_eq!(
        refusal("k6/experimental/webcrypto"),
        "the module `k6/experimental/webcrypto` was removed from k6\n\
         help: use the global object `crypto`, without an import"
    );
}

#[test]
fn what_squall_does_not_have_yet_says_so() {
    for name in NOT_YET.iter().filter(|name| !is_builtin(name)) {
        assert_eq!(
            refusal(name),
            format!(
                "the module `{name}` is not supported yet\n\
                 help: leave out this part of the test for now, or run it with k6"
            )
        );
    }
}

#[test]
fn extensions_and_unknown_names_differ() {
    assert!(refusal("k6/x/sql").starts_with("`k6/x/sql` is an extension of k6 written in Go"));
    let text = refusal("k6/htpp");
    assert!(text.starts_with("there is no module `k6/htpp`\nhelp: th"), "{text}");
    let types = refusal("k6/options");
    assert!(types.ends_with("it has types only: write `import type`, in a .ts file"), "{types}");
}

#[test]
fn libraries_have_stand_ins_in_every_version() {
    let found = |url: &str| stand_in(&Url::parse(url).unwrap()).map(|(name, _)| name);
    if is_builtin("jslib:k6-utils") {
        for version in ["1.4.0", "1.6.0", "latest"] {
            let url = format!("https://jslib.k6.io/k6-utils/{version}/index.js");
            assert_eq!(found(&url), Some("jslib:k6-utils"));
        }
        assert_eq!(found("https://jslib.k6.io/k6-utils/1.4.0/k6-utils.js"), Some("jslib:k6-utils"));
    }
    for url in [
        "https://jslib.k6.io/k6-utils/1.4.0/other.js",
        "https://jslib.k6.io/k6-utils/index.js",
        "https://jslib.k6.io/k6-utils/1.4.0/index.js/more",
        "https://jslib.k6.io:8443/k6-utils/1.4.0/index.js",
        "https://jslib.k6.io.example/k6-utils/1.4.0/index.js",
        "https://jslib.k6.io/no-such-library/1.0.0/index.js",
        "https://jslib.k6.io/",
    ] {
        assert_eq!(found(url), None, "{url}");
    }
}
