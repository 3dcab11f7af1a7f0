//! Maps of ours, maps of others, and what is no map.

use proptest::prelude::*;

use super::*;
use crate::javascript::prepare::{Ending, prepare};
use url::Url;

/// One line of two statements that come from different files, and a line of the generator's own.
const MAP: &str = r#"{"version":3,"sources":["src/a.ts","webpack://x/b.ts"],"sourceRoot":"",
    "names":[],"mappings":"AAAA,KAEE,OCAA,Q;;AACA"}"#;

fn foreign(text: &str) -> Option<PositionMap> {
    let base = Url::parse("file:///tests/bundle.js").unwrap();
    ForeignMap::find(text, &base)?.read()
}

fn inline(map: &str) -> String {
    use base64::Engine as _;
    let data = base64::engine::general_purpose::STANDARD.encode(map);
    format!("f();g()\n\nh()\n//# sourceMappingURL=data:application/json;base64,{data}\n")
}

fn at(map: &PositionMap, line: u32, column: impl Into<Option<u32>>) -> Option<(&str, u32, u32)> {
    let position = map.original(line, column.into())?;
    Some((position.source.unwrap_or("itself"), position.line, position.column))
}

#[test]
fn positions_of_stripped_types() {
    let text = "type A = string;\n\nexport default function (a: A): void {\n  fail(a as any);\n}\n";
    let prepared = prepare("a.ts", text.to_owned(), Ending::of("a.ts")).unwrap();
    let map = prepared.map.unwrap();
    let lines: Vec<&str> = prepared.text.lines().collect();
    let line = lines.iter().position(|line| line.contains("fail(")).unwrap() as u32;
    let column = lines[line as usize].find("fail").unwrap() as u32;
    assert_eq!(at(&map, line, column), Some(("itself", 3, 2)));
    assert_eq!(at(&map, line, None), Some(("itself", 3, 2)));
    assert!(at(&map, 1_000, 5).is_some(), "behind the end: the last place there is");
}

#[test]
fn maps_of_bundlers() {
    let map = foreign(&inline(MAP)).unwrap();
    assert_eq!(at(&map, 0, 0), Some(("file:///tests/src/a.ts", 0, 0)));
    assert_eq!(at(&map, 0, 4), Some(("file:///tests/src/a.ts", 0, 0)));
    assert_eq!(at(&map, 0, 5), Some(("file:///tests/src/a.ts", 2, 2)));
    assert_eq!(at(&map, 0, 12), Some(("webpack://x/b.ts", 2, 2)));
    assert_eq!(at(&map, 0, 25), None, "the generator's own");
    assert_eq!(at(&map, 1, 0), None, "nothing is known about this line");
    assert_eq!(at(&map, 2, 7), Some(("webpack://x/b.ts", 3, 2)));
    assert_eq!(at(&map, 2, None), Some(("webpack://x/b.ts", 3, 2)));
    assert_eq!(at(&map, 3, 0), None);
}

#[test]
fn roots_come_before_names() {
    let map = MAP.replace("\"sourceRoot\":\"\"", "\"sourceRoot\":\"../code/\"");
    let map = foreign(&inline(&map)).unwrap();
    assert_eq!(at(&map, 0, 0), Some(("file:///code/src/a.ts", 0, 0)));
}

#[test]
fn maps_next_to_the_module() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("b.js.map"), format!(")]}}'\n{MAP}")).unwrap();
    let base = Url::from_file_path(folder.path().join("b.js")).unwrap();
    let find = |text: &str| ForeignMap::find(text, &base).and_then(|map| map.read());
    assert!(find("f()\n//# sourceMappingURL=b.js.map").is_some());
    assert!(find("f()\n//@ sourceMappingURL=./b.js.map \n\n").is_some());
    assert!(find("f()\n//# sourceMappingURL=missing.map").is_none());
    assert!(find("f()\n//# sourceMappingURL=https://host.example/b.js.map").is_none());
    let far = Url::parse("https://host.example/b.js").unwrap();
    assert!(ForeignMap::find("//# sourceMappingURL=b.js.map", &far).is_none());
    assert!(ForeignMap::find("//# sourceMappingURL=file:///b.js.map", &far).is_none());
}

#[test]
fn what_is_no_map() {
    for text in [
        "",
        "f()",
        "//# sourceMappingURL=",
        "//# sourceMappingURL=data:",
        "//# sourceMappingURL=data:application/json;base64,%%%",
        "//# sourceMappingURL=data:application/json,{}",
        &inline(""),
        &inline("{}"),
        &inline("[1"),
        &inline(r#"{"version":2,"sources":[],"names":[],"mappings":""}"#),
        &inline(r#"{"version":3,"sources":[],"names":[],"mappings":"AAAA"}"#),
        &inline(r#"{"version":3,"sources":["a"],"names":[],"mappings":"!!!!"}"#),
        &inline(r#"{"version":3,"sections":[]}"#),
    ] {
        assert!(foreign(text).is_none(), "{text}");
    }
}

#[test]
fn texts() {
    let lookup = |name: &str, line: u32, column: Option<u32>| match (name, line) {
        (_, 99) => None,
        ("file:///a.ts", _) => {
            Some(Position { source: None, line: line + 10, column: column.unwrap_or(0) + 1 })
        }
        _ => Some(Position { source: Some("file:///src/b.ts"), line: 0, column: 0 }),
    };
    let names = ["file:///a.ts", "file:///a.ts2", "https://host.example/b.js"];
    let map = |text: &str| rewrite(text, &names, lookup);
    for (text, expected) in [
        ("", ""),
        ("nothing here", "nothing here"),
        ("at f (file:///a.ts:1:2)", "at f (file:///a.ts:11:3)"),
        ("at file:///a.ts:1:2(12)", "at file:///a.ts:11:3(12)"),
        ("file:///a.ts:7", "file:///a.ts:17"),
        ("file:///a.ts:7:", "file:///a.ts:17:"),
        ("file:///a.ts:7:x", "file:///a.ts:17:x"),
        ("file:///a.ts", "file:///a.ts"),
        ("file:///a.ts:", "file:///a.ts:"),
        ("file:///a.ts2:1:1 file:///a.ts:1:1", "file:///src/b.ts:1:1 file:///a.ts:11:2"),
        ("file:///a.tsx:1:1", "file:///a.tsx:1:1"),
        ("file:///c.js:1:1", "file:///c.js:1:1"),
        ("x\nhttps://host.example/b.js:3:4\ny", "x\nfile:///src/b.ts:1:1\ny"),
        ("file:///a.ts:100:1", "file:///a.ts:100:1"),
        ("file:///a.ts:0:0", "file:///a.ts:11:2"),
        ("file:///a.ts:99999999999:1", "file:///a.ts:99999999999:1"),
        ("file:///file:///a.ts:1:1", "file:///file:///a.ts:11:2"),
        ("é file:///a.ts:1:2 ü", "é file:///a.ts:11:3 ü"),
    ] {
        assert_eq!(map(text), expected);
    }
}

proptest! {
    #[test]
    fn any_map_is_read_or_not(
        mappings in "[A-Za-z0-9+/,;=!]{0,60}",
        line in 0_u32..5,
        column in 0_u32..200,
    ) {
        let map = format!(
            r#"{{"version":3,"sources":["a","b"],"names":["c"],"mappings":"{mappings}"}}"#
        );
        if let Some(map) = foreign(&inline(&map)) {
            let _ = map.original(line, Some(column));
            let _ = map.original(line, None);
        }
    }

    #[test]
    fn any_text_is_kept_where_nothing_is_known(text in any::<String>()) {
        prop_assert_eq!(rewrite(&text, &["file:///a.ts"], |_, _, _| None), text);
    }

    #[test]
    fn what_looks_like_a_trace_is_kept_where_nothing_is_known(
        text in r"((at |file:///|https://|a\.ts|é|:|[0-9]{1,12}|\(|\)|\n)){0,30}",
    ) {
        let names = ["file:///a.ts", "file:///"];
        prop_assert_eq!(rewrite(&text, &names, |_, _, _| None), text.clone());
        let lookup = |_: &str, line, column: Option<u32>| {
            Some(Position { source: None, line, column: column.unwrap_or(u32::MAX) })
        };
        let _ = rewrite(&text, &["file:///a.ts", "https://"], lookup);
    }
}
