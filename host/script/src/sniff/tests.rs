//! What is told by content alone.

use proptest::prelude::*;

use super::*;

const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

#[test]
fn headers() {
    assert_eq!(sniff(MODULE), Content::CoreModule);
    assert_eq!(sniff(COMPONENT), Content::Component);
    let found = |bytes: &[u8]| match sniff(bytes) {
        Content::UnknownVersion { found } => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(b"\0asm\x02\0\0\0"), "core module, version 2");
    assert_eq!(found(b"\0asm\x0a\0\x01\0"), "component, version 10");
    assert_eq!(found(b"\0asm\x01\0\x07\0"), "layer 7, version 1");
}

#[test]
fn truncation_names_the_section() {
    let place = |bytes: &[u8]| match sniff(bytes) {
        Content::Truncated { place } => place,
        other => panic!("{other:?}"),
    };
    assert_eq!(place(b"\0as"), "inside the 8-byte header");
    assert_eq!(place(b"\0asm\x01\0"), "inside the 8-byte header");
    let code = [MODULE, b"\x0a\x20\x01\x02"].concat();
    assert_eq!(
        place(&code),
        "inside the section `code` that starts at byte 8 and has 32 bytes, of which 2 are there"
    );
    let size = [COMPONENT, b"\x00\x00\x01\x80"].concat();
    assert_eq!(place(&size), "inside the size of the section `core module` that starts at byte 10");
    let whole = [MODULE, b"\x0a\x02\x01\x02"].concat();
    assert_eq!(sniff(&whole), Content::CoreModule);
    // A size that is no number is broken, not cut off.
    let broken = [MODULE, b"\x0a\xff\xff\xff\xff\xff\xff"].concat();
    assert_eq!(sniff(&broken), Content::CoreModule);
}

#[test]
fn wat_in_all_dresses() {
    for text in [
        "(module)",
        "(component)",
        "\n ;; a comment (module)\n (module)",
        "(; nested (; comment ;) ;) (component)",
        "\u{feff}(module)",
        "( module $name )",
        "(func (export \"run\"))",
    ] {
        assert_eq!(sniff(text.as_bytes()), Content::Wat, "{text}");
    }
}

#[test]
fn empty_is_empty() {
    assert_eq!(sniff(b""), Content::Empty { found: "0 bytes".to_owned() });
    assert_eq!(sniff(b" \n\t"), Content::Empty { found: "only white space".to_owned() });
}

fn script(text: &str) -> String {
    match sniff(text.as_bytes()) {
        Content::JavaScript { found } => found,
        other => panic!("{text}: {other:?}"),
    }
}

fn other(bytes: &[u8]) -> String {
    match sniff(bytes) {
        Content::Other { found, .. } => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn javascript_and_typescript() {
    let k6 = "import http from 'k6/http';\n\nexport default function () {\n  \
        http.get('http://x/');\n}\n";
    assert_eq!(script(k6), "JavaScript source (line 1)");
    assert_eq!(
        script("// a test\nconst x = 1;\nmodule.exports = x;\n"),
        "JavaScript source (line 2)"
    );
    assert_eq!(script("(async () => {\n  console.log(1);\n})();\n"), "JavaScript source (line 1)");
    let typescript = "import { Options } from 'k6/options';\nexport const options: Options = {};\n\
                      interface Row { id: number }\ntype X = string;\n";
    assert_eq!(script(typescript), "TypeScript source (line 1)");
}

#[test]
fn other_languages_are_no_javascript() {
    let rust = "//! A scenario.\nuse squall_sdk::http;\n\nfn main() {\n    let x = 1;\n}\n";
    assert_eq!(other(rust.as_bytes()), "Rust source (line 1)");
    let go = "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(1)\n}\n";
    assert_eq!(other(go.as_bytes()), "Go source (line 1)");
    let python = "import os\n\ndef run(entry):\n    print(entry)\n";
    assert_eq!(other(python.as_bytes()), "Python source (line 1)");
    assert_eq!(
        other(b"#include <stdio.h>\nint main(void) { return 0; }\n"),
        "C or C++ source (line 1)"
    );
    assert_eq!(other(b"{\n  \"vus\": 10\n}\n"), "a JSON object");
    assert_eq!(other(b"hello there\n"), "text of no known kind");
    // Opens with a parenthesis, and is nothing that is known.
    assert_eq!(other(b"(hello)"), "text of no known kind");
}

#[test]
fn binaries() {
    assert_eq!(
        other(b"\x7fELF\x02\x01\x01\0\0"),
        "an ELF file (a native Linux program or library)"
    );
    assert_eq!(other(b"\x1f\x8b\x08\0\0\0\0\0\0\x03"), "a gzip archive");
    assert_eq!(other(b"!<arch>\nfoo.o/  "), "a static library");
    assert_eq!(other(b"MZ is a text that opens like a program"), "text of no known kind");
    assert_eq!(other(b"\x01\x02\xff"), "binary data (it starts with 01 02 ff)");
    assert_eq!(other(b"a\0b"), "binary data (it starts with 61 00 62)");
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        sniff(&bytes);
    }

    #[test]
    fn any_wasm_like_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        sniff(&[MODULE, &bytes[..]].concat());
        sniff(&[COMPONENT, &bytes[..]].concat());
    }

    #[test]
    fn any_text_gets_an_answer(text in "[(;) a-z\n{}\"'\u{feff}ä]{0,64}") {
        sniff(text.as_bytes());
    }

    /// Cutting a file anywhere inside of a section is seen.
    #[test]
    fn every_cut_is_seen(size in 1_usize..300, cut in 1_usize..300) {
        prop_assume!(cut <= size);
        let mut bytes = [MODULE, &[10, (size & 0x7f) as u8 | 0x80, (size >> 7) as u8]].concat();
        bytes.resize(bytes.len() + size, 0);
        assert_eq!(sniff(&bytes), Content::CoreModule);
        bytes.truncate(bytes.len() - cut);
        let is_truncated = matches!(sniff(&bytes), Content::Truncated { .. });
        prop_assert!(is_truncated);
    }
}
