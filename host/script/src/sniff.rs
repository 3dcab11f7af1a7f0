//! What a file is, told by its content alone: names lie, bytes do not.
//!
//! Pure and total: any bytes get an answer, none panics, nothing is parsed deeper than the frame of
//! sections.

use std::path::Path;

/// What the bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A component; whole, as far as its sections tell.
    Component,
    /// A core module; whole, as far as its sections tell.
    CoreModule,
    /// WebAssembly text: a component or a core module.
    Wat,
    /// Nothing to run.
    Empty { found: String },
    /// The magic number of Wasm, then a version nobody knows.
    UnknownVersion { found: String },
    /// Wasm that stops in the middle.
    Truncated { place: String },
    /// JavaScript or TypeScript; `found` names what was recognised.
    JavaScript { found: String },
    /// Anything else.
    Other { found: String, help: &'static str },
}

const WASM_MAGIC: &[u8] = b"\0asm";
const HELP_ANY: &str =
    "give a file that a compiler made for the target wasm32-wasip2 or wasm32-wasip1";
const HELP_RUST: &str = "build it with `cargo build --release --target wasm32-wasip2` and give \
    the .wasm \
                         under target/wasm32-wasip2/release/";
const HELP_GO: &str = "build it for Wasm (`GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared \
    -o vu.wasm`) \
                       and give vu.wasm";
const HELP_PYTHON: &str =
    "turn it into a component with componentize-py and give the .wasm it writes";
const HELP_C: &str = "compile it with wasi-sdk and the bindings of wit-bindgen and give the .wasm";
const HELP_NATIVE: &str = "a native program cannot be a VU: build the script for wasm32-wasip2";
const HELP_PACKED: &str = "unpack it and give the .wasm inside";
const HELP_JSON: &str =
    "options alone are no script: give the component, and the options with `--config`";

/// Recognises the content of a file.
pub(crate) fn sniff(bytes: &[u8]) -> Content {
    if bytes.is_empty() {
        return Content::Empty { found: "0 bytes".to_owned() };
    }
    if bytes.starts_with(WASM_MAGIC) || (bytes.len() < 4 && WASM_MAGIC.starts_with(bytes)) {
        return wasm(bytes);
    }
    if let Some((found, help)) = known_binary(bytes) {
        return Content::Other { found: found.to_owned(), help };
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => plain_text(text.trim_start_matches('\u{feff}')),
        _ => Content::Other {
            found: format!("binary data ({})", first_bytes(bytes)),
            help: HELP_ANY,
        },
    }
}

/// What the names of JavaScript and TypeScript files end in.
pub(crate) const ENDINGS: [&str; 6] = ["js", "mjs", "cjs", "ts", "mts", "cts"];

/// Tells a script in JavaScript or TypeScript from WebAssembly and from what squall does not run.
///
/// A name such as `test.js` decides, and so does `-` for standard input, unless the bytes are
/// WebAssembly; without such a name the text has to look like JavaScript.
pub fn is_javascript(path: &Path, bytes: &[u8]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let is_named = ending.is_some_and(|ending| ENDINGS.contains(&ending));
    match sniff(bytes) {
        Content::Component
        | Content::CoreModule
        | Content::Truncated { .. }
        | Content::UnknownVersion { .. } => false,
        Content::JavaScript { .. } => true,
        Content::Wat | Content::Empty { .. } => is_named,
        Content::Other { .. } => {
            let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
            is_named || (path.as_os_str() == "-" && is_text)
        }
    }
}

/// Bytes behind the Wasm magic number.
fn wasm(bytes: &[u8]) -> Content {
    let Some(header) = bytes.first_chunk::<8>() else {
        return Content::Truncated { place: "inside the 8-byte header".to_owned() };
    };
    let version = u16::from_le_bytes([header[4], header[5]]);
    let layer = u16::from_le_bytes([header[6], header[7]]);
    let (whole, names) = match (layer, version) {
        (0, 1) => (Content::CoreModule, &CORE_SECTIONS[..]),
        (1, 13) => (Content::Component, &COMPONENT_SECTIONS[..]),
        (0, _) => {
            return Content::UnknownVersion { found: format!("core module, version {version}") };
        }
        (1, _) => {
            return Content::UnknownVersion { found: format!("component, version {version}") };
        }
        _ => {
            let found = format!("layer {layer}, version {version}");
            return Content::UnknownVersion { found };
        }
    };
    match cut_off(bytes, names) {
        Some(place) => Content::Truncated { place },
        None => whole,
    }
}

const CORE_SECTIONS: [&str; 14] = [
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
];

const COMPONENT_SECTIONS: [&str; 13] = [
    "custom",
    "core module",
    "core instance",
    "core type",
    "component",
    "instance",
    "alias",
    "type",
    "canonical function",
    "start",
    "import",
    "export",
    "value",
];

/// Walks the sections and names the one that the end of the file cuts off.
fn cut_off(bytes: &[u8], names: &[&str]) -> Option<String> {
    let mut at = 8;
    while at < bytes.len() {
        let name = names.get(usize::from(bytes[at])).copied().unwrap_or("unknown");
        let section = format!("section `{name}` that starts at byte {at}");
        let Some((size, size_len)) = leb_u32(&bytes[at + 1..]) else {
            // Too long a number is broken, not cut off; the validator says so better.
            return (bytes.len() - at - 1 < 5).then(|| format!("inside the size of the {section}"));
        };
        let body_at = at + 1 + size_len;
        let body_len = bytes.len() - body_at;
        if body_len < size as usize {
            return Some(format!(
                "inside the {section} and has {size} bytes, of which {body_len} are there"
            ));
        }
        at = body_at + size as usize;
    }
    None
}

/// An unsigned LEB128 number of at most 32 bits, and how many bytes it takes.
fn leb_u32(bytes: &[u8]) -> Option<(u32, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(value).ok()?, index + 1));
        }
    }
    None
}

/// File formats that people hand over by mistake.
fn known_binary(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const KNOWN: [(&[u8], &str, &str); 9] = [
        (b"\x7fELF", "an ELF file (a native Linux program or library)", HELP_NATIVE),
        (b"MZ", "a Windows program", HELP_NATIVE),
        (b"\xcf\xfa\xed\xfe", "a macOS program", HELP_NATIVE),
        (b"\xca\xfe\xba\xbe", "a macOS program or Java class", HELP_NATIVE),
        (b"!<arch>\n", "a static library", HELP_NATIVE),
        (b"\x1f\x8b", "a gzip archive", HELP_PACKED),
        (b"PK\x03\x04", "a ZIP archive", HELP_PACKED),
        (b"\x28\xb5\x2f\xfd", "a zstd archive", HELP_PACKED),
        (b"BC\xc0\xde", "LLVM bitcode", HELP_ANY),
    ];
    let (magic, found, help) = KNOWN.iter().find(|(magic, ..)| bytes.starts_with(magic))?;
    // Two letters alone are too little to go by: text may open with them.
    let is_text = *magic != b"!<arch>\n"
        && bytes.iter().take(8).all(|byte| byte.is_ascii_graphic() || *byte == b' ');
    (!is_text).then_some((*found, *help))
}

fn first_bytes(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("it starts with {}", shown.join(" "))
}

/// Text: WebAssembly text, or source code that has to be compiled first.
fn plain_text(text: &str) -> Content {
    let code = skip_wat_blanks(text);
    if text.trim().is_empty() {
        return Content::Empty { found: "only white space".to_owned() };
    }
    if let Some(code) = code.strip_prefix('(') {
        // Script languages may open with a parenthesis too: `(async () => {`.
        let word: String =
            code.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
        if WAT_WORDS.contains(&word.as_str()) {
            return Content::Wat;
        }
    }
    if let Some(found) = json(text) {
        return Content::Other { found: found.to_owned(), help: HELP_JSON };
    }
    let best = LANGUAGES
        .iter()
        .map(|language| (language.score(text), language))
        .max_by_key(|((points, _), _)| *points)
        .filter(|((points, _), _)| *points > 0);
    match best {
        Some(((_, line), language)) => match language.help {
            None => {
                Content::JavaScript { found: format!("{} source (line {line})", language.name) }
            }
            Some(help) => {
                Content::Other { found: format!("{} source (line {line})", language.name), help }
            }
        },
        None => Content::Other { found: "text of no known kind".to_owned(), help: HELP_ANY },
    }
}

/// What may follow the first parenthesis of a .wat file.
const WAT_WORDS: [&str; 13] = [
    "module",
    "component",
    "func",
    "memory",
    "type",
    "import",
    "export",
    "table",
    "global",
    "data",
    "elem",
    "start",
    "core",
];

/// Skips white space, `;; line` and `(; block ;)` comments, which nest.
fn skip_wat_blanks(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        if rest.starts_with(";;") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
        } else if rest.starts_with("(;") {
            rest = skip_block(rest).trim_start();
        } else {
            return rest;
        }
    }
}

fn skip_block(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"(;" => depth += 1,
            b";)" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return &text[at..];
        }
    }
    ""
}

/// A JSON object or array, without parsing it: `{` and then a quote, or the end.
fn json(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let inner = text.strip_prefix('{').filter(|_| text.ends_with('}'))?.trim_start();
    (inner.starts_with('"') || inner == "}").then_some("a JSON object")
}

/// A programming language, known by how lines begin.
struct Language {
    name: &'static str,
    /// None for the languages that squall itself is going to run.
    help: Option<&'static str>,
    /// Beginnings of lines, each worth a point.
    line_starts: &'static [&'static str],
    /// Texts anywhere in a line, each worth a point.
    contains: &'static [&'static str],
}

/// Where two score the same, the later one wins.
const LANGUAGES: [Language; 6] = [
    Language {
        name: "TypeScript",
        help: None,
        line_starts: &[
            "import type",
            "interface ",
            "export interface",
            "export type",
            "type ",
            "declare ",
            "enum ",
            "export default function",
            "import {",
            "const ",
        ],
        contains: &[
            ": string",
            ": number",
            ": Options",
            ": void",
            " as const",
            "from 'k6",
            "from \"k6",
        ],
    },
    Language {
        name: "Rust",
        help: Some(HELP_RUST),
        line_starts: &[
            "use ",
            "pub ",
            "fn ",
            "mod ",
            "impl ",
            "#![",
            "#[",
            "//!",
            "let mut ",
            "struct ",
            "extern crate",
        ],
        contains: &["-> Result<", "::new(", "println!(", "Ok(())"],
    },
    Language {
        name: "Go",
        help: Some(HELP_GO),
        line_starts: &["package ", "func ", "import (", "import \"", "//go:"],
        contains: &[" := ", "fmt.", "if err != nil"],
    },
    Language {
        name: "Python",
        help: Some(HELP_PYTHON),
        line_starts: &[
            "def ",
            "from ",
            "async def ",
            "class ",
            "import ",
            "#!/usr/bin/env python",
            "@",
        ],
        contains: &["self.", "__name__", "print(", " None"],
    },
    Language {
        name: "C or C++",
        help: Some(HELP_C),
        line_starts: &["#include", "int main", "#define", "static ", "void ", "#pragma"],
        contains: &["std::", "printf(", "->"],
    },
    Language {
        name: "JavaScript",
        help: None,
        line_starts: &[
            "import http from",
            "import {",
            "import * as",
            "export default",
            "export const options",
            "export function",
            "export let",
            "const ",
            "let ",
            "var ",
            "function ",
            "async function",
            "module.exports",
            "'use strict'",
            "\"use strict\"",
            "(function",
            "(async",
            "#!/usr/bin/env node",
        ],
        contains: &["require('", "require(\"", "from 'k6", "from \"k6", "=> {", "console.log("],
    },
];

/// Only the beginning is looked at; a language shows soon.
const LINES_MAX: usize = 400;

impl Language {
    /// Points, and the first line (from 1) that earned one.
    fn score(&self, text: &str) -> (u32, usize) {
        let mut points = 0;
        let mut first = 0;
        for (index, line) in text.lines().take(LINES_MAX).enumerate() {
            let trimmed = line.trim_start();
            let starts = self.line_starts.iter().any(|start| trimmed.starts_with(start));
            let contains = self.contains.iter().any(|part| trimmed.contains(part));
            let earned = u32::from(starts) + u32::from(contains);
            if earned > 0 && first == 0 {
                first = index + 1;
            }
            points += earned;
        }
        (points, first)
    }
}

#[cfg(test)]
mod tests;
