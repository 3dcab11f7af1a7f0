//! Rules for Rust files: header, columns, length of functions, length of files.

use super::mask::mask;
use super::{Finding, Source};

const COLUMNS_MAX: usize = 100;
const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 800;

/// All rules for a Rust file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut found = |line: usize, rule: &'static str, text: String| {
        findings.push(Finding { path: source.path.clone(), line, rule, text });
    };
    if !source.text.starts_with("//!") {
        let text = "expected `//!` first: what the file is, what it refuses to do, its invariants";
        found(1, "header", text.to_owned());
    }
    for (index, line) in source.text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > COLUMNS_MAX {
            found(index + 1, "columns", format!("{columns} columns, at most {COLUMNS_MAX}"));
        }
    }
    for function in functions(&source.text) {
        if function.lines > FUNCTION_LINES_MAX {
            let Function { name, lines, line } = &function;
            let text = format!("`{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}");
            found(*line, "function", text);
        }
    }
    if !is_test_file(&source.path) {
        let lines = lines_without_tests(&source.text);
        if lines > FILE_LINES_MAX {
            found(1, "file", format!("{lines} lines without tests, at most {FILE_LINES_MAX}"));
        }
    }
    findings
}

fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Lines before the tests at the bottom.
fn lines_without_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{')
    });
    tests.unwrap_or(lines.len())
}

struct Function {
    name: String,
    /// Where it begins, from 1.
    line: usize,
    /// From the line with its name to the one with its closing brace.
    lines: usize,
}

/// All functions with a body, nested ones too.
fn functions(text: &str) -> Vec<Function> {
    let masked = mask(text);
    let mut functions = Vec::new();
    for (at, _) in masked.match_indices("fn ") {
        let before = masked[..at].chars().next_back();
        let is_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        let name: String =
            masked[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !is_word || name.is_empty() {
            continue;
        }
        let Some(end) = body_end(&masked, at + 3 + name.len()) else { continue };
        let line = masked[..at].matches('\n').count() + 1;
        let lines = masked[at..end].matches('\n').count() + 1;
        functions.push(Function { name, line, lines });
    }
    functions
}

/// Where the body of a function ends whose parameters begin after `from`; none when it has no body.
fn body_end(masked: &str, from: usize) -> Option<usize> {
    let mut parentheses = 0_i32;
    let mut braces = 0_i32;
    for (offset, c) in masked[from..].char_indices() {
        match c {
            '(' | '[' => parentheses += 1,
            ')' | ']' => parentheses -= 1,
            ';' if parentheses == 0 && braces == 0 => return None,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces <= 0 {
                    return Some(from + offset);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<(&'static str, usize)> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        check(&source).into_iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    fn function_of(lines: usize) -> String {
        let body = "    let x = 1;\n".repeat(lines - 2);
        format!("//! A file.\nfn long<T>(x: [u8; 4]) -> T {{\n{body}}}\n")
    }

    #[test]
    fn header_and_columns() {
        assert_eq!(rules("a.rs", "//! A file.\n"), []);
        assert_eq!(rules("a.rs", "// A file.\n"), [("header", 1)]);
        assert_eq!(rules("a.rs", ""), [("header", 1)]);
        let wide = |columns: usize| format!("//! A file.\n//{}\n", "ä".repeat(columns - 2));
        assert_eq!(rules("a.rs", &wide(100)), []);
        assert_eq!(rules("a.rs", &wide(101)), [("columns", 2)]);
    }

    #[test]
    fn functions_are_measured() {
        assert_eq!(rules("a.rs", &function_of(70)), []);
        assert_eq!(rules("a.rs", &function_of(71)), [("function", 2)]);
        let source = "struct S { f: fn (u8) }\ntrait T { fn a(&self); fn b(&self) {\n} }\nfn c() \
            {}\n";
        let found: Vec<(String, usize, usize)> =
            functions(source).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(found, [("b".to_owned(), 2, 2), ("c".to_owned(), 4, 1)]);
    }

    #[test]
    fn braces_in_strings_do_not_count() {
        let source = "fn a() {\n    let x = \"}\"; // }\n    let y = '}';\n}\nfn b() {}\n";
        let lines: Vec<usize> = functions(source).iter().map(|f| f.lines).collect();
        assert_eq!(lines, [4, 1]);
    }

    #[test]
    fn files_are_measured_without_their_tests() {
        let lines = |count: usize| format!("//! A file.\n{}", "// x\n".repeat(count - 1));
        assert_eq!(rules("a.rs", &lines(800)), []);
        assert_eq!(rules("a.rs", &lines(801)), [("file", 1)]);
        let with_tests = format!("{}#[cfg(test)]\nmod tests {{\n}}\n", lines(800));
        assert_eq!(rules("a.rs", &with_tests), []);
        for path in ["host/x/src/y/tests.rs", "tests/cli.rs", "host/x/tests/a.rs"] {
            assert_eq!(rules(path, &lines(801)), [], "{path}");
        }
    }
}
