//! The worlds that `src/bindings.rs` is made from say what `wit/world.wit` says.
//!
//! They are written out a second time there, since a component must export no more than its author
//! wrote; this keeps the two from drifting apart.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeSet;

/// All statements that begin with `keyword`, each as one line with single spaces.
fn statements(keyword: &str, text: &str) -> BTreeSet<String> {
    let code: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect();
    let code = code.join(" ").replace('{', ";");
    let statements = code.split(';').map(|part| part.split_whitespace().collect::<Vec<_>>());
    statements
        .filter(|words| words.first() == Some(&keyword))
        .map(|words| words.join(" "))
        .collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_worlds_of_the_sdk_are_the_contract() {
    let (contract, bindings) = (read("../../wit/world.wit"), read("src/bindings.rs"));
    let exports = statements("export", &contract);
    assert_eq!(exports.len(), 6, "{exports:?}");
    assert_eq!(statements("export", &bindings), exports);

    // What only engines of scripts need has no place in the SDK.
    let of_engines = ["import script", "import secrets"];
    let imports: BTreeSet<String> = statements("import", &contract)
        .into_iter()
        .filter(|import| !of_engines.contains(&import.as_str()))
        .map(|import| format!("{}@0.1.0", import.replace("import ", "import squall:vu/")))
        .collect();
    assert!(contract.contains("package squall:vu@0.1.0;"), "the version of the contract");
    assert_eq!(statements("import", &bindings), imports);
}
