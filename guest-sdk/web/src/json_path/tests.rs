//! Any text and any path: no panic, and what is found is JSON.

use proptest::prelude::*;

use super::{check, get};

/// JSON as it comes, with the characters that matter to paths in keys and texts.
fn json() -> impl Strategy<Value = String> {
    let text = r#""[a-c.|#@*?{}()ü]{0,4}""#;
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9])?",
        text,
        Just(r#""\u00fc\"\\\n""#.to_owned()),
    ];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        let object = prop::collection::vec((text, inner), 0..4);
        prop_oneof![
            list.prop_map(|values| format!("[{}]", values.join(", "))),
            object.prop_map(|members| {
                let members: Vec<String> =
                    members.into_iter().map(|(key, value)| format!("{key} :{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Pieces of paths, joined as they come.
fn path() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-c0-3.|#@*?{}()\\[\\]\\\\\",:!=<>%~ü]",
        prop::sample::select(vec![
            "@reverse",
            "@keys",
            "@values",
            "@flatten:{\"deep\":true}",
            "@join",
            "@tostr",
            "@fromstr",
            "@group",
            "@dig:a",
            "@this",
            "@ugly",
            "@valid",
            "#(",
            "#(a==",
            ")#",
            "..",
            "!\"x\"",
            "{a,b}",
            "[a,b.#]",
            "#.",
            "a.",
            "%\"*a\"",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_found_is_json(json in json(), path in path()) {
        prop_assert_eq!(check(json.as_bytes()), Ok(()));
        if let Some(found) = get(&json, &path) {
            prop_assert_eq!(check(found.as_bytes()), Ok(()), "{} in {}", path, json);
        }
    }

    #[test]
    fn no_text_is_too_odd(text in "\\PC{0,40}", path in "\\PC{0,20}") {
        let _ = get(&text, &path);
    }

    #[test]
    fn every_fault_has_a_place(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Err(fault) = check(&bytes) {
            prop_assert!(fault.describe(&bytes).starts_with("cannot parse json"));
        }
    }
}

#[test]
fn depth_costs_no_stack() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(check(deep.as_bytes()), Ok(()));
    assert_eq!(get(&deep, "@flatten:{\"deep\":true}").as_deref(), Some("[]"));
    let deep = format!("{}1{}", "{\"a\":".repeat(2_000), "}".repeat(2_000));
    assert!(get(&deep, "@dig:b").is_some());
}

#[test]
fn what_is_no_json_is_not_found() {
    assert_eq!(get("{}", "!nonsense"), None);
    assert_eq!(get("{}", "!5").as_deref(), Some("5"));
}
