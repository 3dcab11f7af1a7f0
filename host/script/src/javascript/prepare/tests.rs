//! Kinds, stripped types, and errors of the parser.

use proptest::prelude::*;

use super::*;

fn ready(name: &str, text: &str) -> Prepared {
    prepare(name, text.to_owned(), Ending::of(name)).unwrap_or_else(|problem| panic!("{problem}"))
}

fn kind(name: &str, text: &str) -> ModuleKind {
    let prepared = ready(name, text);
    assert_eq!(prepared.text, text, "JavaScript stays as it is");
    prepared.kind
}

fn stripped(text: &str) -> String {
    let prepared = ready("a.ts", text);
    assert!(prepared.map.is_some());
    prepared.text
}

fn refusal(name: &str, text: &str) -> String {
    let problem = prepare(name, text.to_owned(), Ending::of(name)).unwrap_err();
    let help = problem.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("{problem}{help}")
}

#[test]
fn kinds() {
    use ModuleKind::{CommonJs, Module};
    for (expected, name, text) in [
        (Module, "a.js", "import http from 'k6/http'; http.get('x')"),
        (Module, "a.js", "export default function () {}"),
        (Module, "a.js", "export {}; module.exports = 1"),
        (Module, "a.js", "console.log(import.meta.url)"),
        (Module, "a.js", "await Promise.resolve()"),
        (Module, "a.js", "const a = await f()"),
        (Module, "a.js", "for await (const a of b) {}"),
        (Module, "a.js", "if (a) { await b; }"),
        (Module, "a.js", "console.log('require me')"),
        (Module, "a.js", "const module = {}; module.exports = 1"),
        (Module, "a.js", "({ require: 1 }).require"),
        (Module, "a.js", ""),
        (Module, "a.js", "\u{feff}export const a = 1"),
        (Module, "a.js", "#!/usr/bin/env -S squall run\nexport default () => {}"),
        (Module, "a.mjs", "const a = require('b')"),
        (CommonJs, "a.js", "const http = require('k6/http')"),
        (CommonJs, "a.js", "module.exports = { default() {} }"),
        (CommonJs, "a.js", "exports.default = function () {}"),
        (CommonJs, "a.js", "(function (f) { typeof exports === 'object' ? f() : 0 })(x)"),
        (CommonJs, "a.js", "if (typeof module !== 'undefined') { f() }"),
        (CommonJs, "a.js", "const a = require('b'); if (!a) return; with (a) { b() }"),
        (CommonJs, "a.js", "with (a) { b() }"),
        (CommonJs, "a.js", "var a = 010"),
        (CommonJs, "a.cjs", "f()"),
        (Module, "a.cjs", "export const a = 1"),
    ] {
        assert_eq!(kind(name, text), expected, "{name}: {text}");
    }
}

#[test]
fn a_first_line_for_the_shell_does_not_hurt_common_js() {
    let prepared = ready("a.js", "#!/usr/bin/env k6\nmodule.exports = 1");
    assert_eq!(prepared.text, "///usr/bin/env k6\nmodule.exports = 1");
    assert_eq!(prepared.kind, ModuleKind::CommonJs);
}

#[test]
fn types_go() {
    assert_eq!(
        stripped(
            "import { Options } from 'k6/options';\n\
             import type { Params } from 'k6/http';\n\
             import http, { type Response } from 'k6/http';\n\
             export const options: Options = { vus: 1 } satisfies Options;\n\
             interface A { a: string }\n\
             declare const b: number;\n\
             export default function (data: A): void {\n\
             \x20 const r = http.get(<string>data.a!) as Response;\n\
             }\n"
        ),
        "import http from \"k6/http\";\n\
         export const options = { vus: 1 };\n\
         export default function(data) {\n\
         \tconst r = http.get(data.a);\n\
         }\n"
    );
}

#[test]
fn what_types_stand_for_stays() {
    let text = stripped(
        "enum Color { Red = 1, Blue = Red << 1 }\n\
         namespace Space { export const a = 1; }\n\
         class Point { constructor(public x: number, private readonly y = 2) {} }\n\
         abstract class Shape<T> { abstract area(): T; declare z: number; }\n\
         function over(a: string): void; function over(a: any) {}\n\
         export { Color, Space, Point, Shape, over };",
    );
    for part in [
        "Color[Color[\"Blue\"] = 2] = \"Blue\"",
        "const a = _Space.a = 1",
        "this.x = x;",
        "class Shape {}",
        "function over(a) {}",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn decorators_become_calls() {
    let text = stripped("const d: any = 0; @d class A { @d m(@d a: number) {} } export { A };");
    assert!(
        text.contains("import _decorate from \"squall:typescript/helpers/decorate\""),
        "{text}"
    );
    assert!(text.contains("_decorate([d, _decorateParam(0, d)], A.prototype, \"m\", null)"));
}

#[test]
fn kinds_of_type_script() {
    use ModuleKind::{CommonJs, Module};
    for (expected, name, text) in [
        (Module, "a.ts", "export const a: number = 1"),
        (Module, "a.ts", "import type { A } from './a'; const a: number = 1"),
        (Module, "a.ts", "const a: number = await 1"),
        (Module, "a.ts", "for await (const a of <any>b) {}"),
        (Module, "a.ts", "const a: number = 1"),
        (Module, "a.mts", "const a: any = require('b')"),
        (CommonJs, "a.ts", "const a: any = require('b')"),
        (CommonJs, "a.cts", "const a: number = 1"),
        (CommonJs, "a.ts", "import a = require('b'); export = a"),
        (CommonJs, "a.ts", "import type { A } from './a'; const b = 1 as A; export = b"),
        (Module, "a.ts", "import a = require('b'); export const c = a"),
        (Module, "a.ts", "import a = require('b'); export { c } from './c'; a()"),
    ] {
        let prepared = ready(name, text);
        assert_eq!(prepared.kind, expected, "{name}: {text}: {}", prepared.text);
    }
    let text = ready("a.ts", "import type { A } from './a'; const b = 1 as A; export = b").text;
    assert!(!text.contains("export {"), "{text}");
    let text = ready("a.ts", "import a = require('b'); export = a.c").text;
    assert!(text.contains("const a = require(\"b\")") && text.contains("module.exports = a.c"));
}

#[test]
fn types_in_a_file_of_javascript() {
    let prepared = ready("a.js", "export const a: number = 1;");
    assert_eq!(prepared.text, "export const a = 1;\n");
    assert!(prepared.map.is_some());
    assert_eq!(ready("-", "export let a: string;").text, "export let a;\n");
}

#[test]
fn syntax_errors_have_a_place() {
    assert_eq!(
        refusal("lib/a.js", "const a = 1;\n\tlet b = = 2;\r\nf();"),
        "lib/a.js:2:10: syntax error: Unexpected token\n\
         \x20 |\n\
         2 |  let b = = 2;\n\
         \x20 |          ^"
    );
    assert_eq!(
        refusal("a.js", "f(1"),
        "a.js:1:4: syntax error: Expected `)` but found `EOF`\n\
         \x20 |\n\
         1 | f(1\n\
         \x20 |    ^"
    );
}

#[test]
fn the_parser_that_got_further_is_heard() {
    let text = refusal("a.js", "const a: number = 1;\nlet b = ;\n");
    assert!(text.starts_with("a.js:2:9: "), "{text}");
    let text = refusal("a.js", "let b = ;\nconst a: number = 1;\n");
    assert!(text.starts_with("a.js:1:9: "), "{text}");
}

#[test]
fn rules_behind_the_grammar_of_type_script() {
    let text = refusal("a.ts", "let a = 1;\nlet a: number = 2;\nexport {}");
    assert!(
        text.starts_with("a.ts:2:5: syntax error: Identifier `a` has already been declared"),
        "{text}"
    );
}

#[test]
fn long_lines_are_cut() {
    let text =
        refusal("a.js", &format!("{}let b = = 2;{}", "f();".repeat(500), "g();".repeat(500)));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("a.js:1:2009: "), "{text}");
    assert!(lines[2].chars().count() < 110, "{text}");
    let caret = lines[3].find('^').unwrap();
    assert_eq!(&lines[2][caret - 2..=caret], "= =", "{text}");
    assert!(lines[3].chars().count() < 110, "{text}");
}

#[test]
fn deep_nesting_does_not_break_the_parser() {
    let nested = |levels: usize, open: &str, core: &str, close: &str| {
        let text = format!("x={}{core}{}", open.repeat(levels), close.repeat(levels));
        prepare("a.js", text, Ending::of("a.js"))
    };
    for (open, core, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("({a:", "1", "})"),
        ("(function(){", "", "})()"),
        ("`${", "1", "}`"),
        ("a=>", "1", ""),
        ("!", "1", ""),
        ("1+", "1", ""),
        ("1?1:", "1", ""),
    ] {
        assert!(nested(5_000, open, core, close).is_ok(), "{open}");
        // Whatever comes of it.
        let _ = nested(40_000, open, core, close);
    }
    let problem = nested(200_000, "(", "1", ")").unwrap_err();
    assert_eq!(
        problem.to_string(),
        "the module a.js nests brackets 200000 deep; squall parses 100000 levels"
    );
}

#[test]
fn endings() {
    let is_type_script = |name: &str| Ending::of(name).is_type_script;
    assert!(is_type_script("file:///a/b.ts") && is_type_script("b.mts") && is_type_script("b.cts"));
    assert!(!is_type_script("b.js") && !is_type_script("ts") && !is_type_script("a.ts/b"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_gets_an_answer(text in any::<String>(), is_typed in any::<bool>()) {
        let name = if is_typed { "a.ts" } else { "a.js" };
        let _ = prepare(name, text, Ending::of(name));
    }

    #[test]
    fn broken_scripts_get_an_answer(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "import", "export", "default", "const", "a", "=", "{", "}", "(", ")", ";", "\n",
                "class", "enum", "@", "namespace", "await", "`", "${", "'é'", "/", "*", ":", "<",
                ">", "=>", "function", "as", "type", "declare", "1", "\u{2028}", "#", "?", ".",
            ]),
            0..40,
        ),
        is_typed in any::<bool>(),
    ) {
        let name = if is_typed { "a.ts" } else { "a.js" };
        let text = words.join(" ");
        match prepare(name, text, Ending::of(name)) {
            Ok(_) | Err(ModuleProblem::Syntax { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
