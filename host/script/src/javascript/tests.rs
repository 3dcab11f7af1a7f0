//! From the main module to all that it imports: names, texts, errors and the way back.

use std::fs;
use std::os::unix::fs::symlink;

use proptest::prelude::*;
use url::Url;

use super::*;

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn modules(folder: &tempfile::TempDir, main: &str) -> Modules {
    Modules::new(&folder.path().join(main), &ModuleOptions::default()).unwrap()
}

/// Loads a module and all that it imports; gives the names in order.
fn load_all(modules: &Modules) -> Result<Vec<String>, ModuleError> {
    let mut names = vec![modules.main_name().to_owned()];
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        at += 1;
        for line in modules.load(&name)?.text.split(['\n', ';']) {
            let Some((_, from)) = line.split_once("from ") else { continue };
            let specifier = from.trim().trim_matches(['\'', '"']);
            let found = modules.resolve(specifier, &name)?;
            if !names.contains(&found) {
                names.push(found);
            }
        }
    }
    Ok(names)
}

/// A message with the folder named FOLDER.
fn refusal(folder: &tempfile::TempDir, error: &ModuleError) -> String {
    let text = error.to_string().replace(&*folder.path().to_string_lossy(), "FOLDER");
    assert!(!text.contains('\u{1b}'));
    text
}

fn refused(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let modules = modules(&folder, files[0].0);
    refusal(&folder, &load_all(&modules).unwrap_err())
}

#[test]
fn a_test_of_several_files() {
    let folder = folder(&[
        ("main.js", "import a from './lib/a.js'; import b from './lib/../lib/b.ts'"),
        ("lib/a.js", "import b from './b.ts'; import main from '../main.js'"),
        ("lib/b.ts", "export const b: number = 1;"),
    ]);
    let modules = modules(&folder, "main.js");
    let root = Url::from_directory_path(folder.path()).unwrap();
    let name = |path: &str| root.join(path).unwrap().to_string();
    let names = load_all(&modules).unwrap();
    assert_eq!(names, [name("main.js"), name("lib/a.js"), name("lib/b.ts")]);
    assert_eq!(modules.main_folder(), folder.path());
    let source = modules.load(&name("lib/b.ts")).unwrap();
    assert_eq!(source.text, "export const b = 1;\n");
    assert_eq!((source.kind, source.name), (ModuleKind::Module, name("lib/b.ts")));
}

#[test]
fn a_file_has_one_name() {
    let folder = folder(&[("main.js", ""), ("real/a.js", "")]);
    symlink("real", folder.path().join("link")).unwrap();
    symlink("real/a.js", folder.path().join("b.js")).unwrap();
    let modules = modules(&folder, "main.js");
    let main = modules.main_name();
    let first = modules.resolve("./link/a.js", main).unwrap();
    assert!(first.ends_with("/link/a.js"), "as it was written first");
    let url = Url::from_file_path(folder.path().join("real/a.js")).unwrap();
    for specifier in ["./real/a.js", "./real/../b.js", ".//link//a.js", "./%62.js", url.as_str()] {
        assert_eq!(modules.resolve(specifier, main).unwrap(), first, "{specifier}");
    }
    assert_eq!(modules.resolve("../main.js", &first).unwrap(), main);
}

#[test]
fn a_main_module_behind_links() {
    // As Kubernetes mounts files.
    let folder = folder(&[("..1/main.js", ""), ("..1/lib.js", "")]);
    symlink("..1", folder.path().join("..data")).unwrap();
    symlink("..data/main.js", folder.path().join("main.js")).unwrap();
    symlink("..data/lib.js", folder.path().join("lib.js")).unwrap();
    let modules = modules(&folder, "main.js");
    assert!(modules.main_name().ends_with("/main.js") && !modules.main_name().contains(".."));
    let lib = modules.resolve("./lib.js", modules.main_name()).unwrap();
    assert!(lib.ends_with("/lib.js") && !lib.contains(".."));
    // `..` behind a link: the system goes to another folder than the text says.
    fs::create_dir_all(folder.path().join("deep/folder")).unwrap();
    symlink("deep/folder", folder.path().join("short")).unwrap();
    fs::write(folder.path().join("deep/other.js"), "").unwrap();
    let modules = self::modules(&folder, "short/../other.js");
    assert!(modules.main_name().ends_with("/deep/other.js"), "{}", modules.main_name());
}

#[test]
fn what_was_loaded_stays() {
    let folder = folder(&[("main.js", "export const a = 1"), ("b.js", "export const b = 1")]);
    let modules = modules(&folder, "main.js");
    let b = modules.resolve("./b.js", modules.main_name()).unwrap();
    modules.load(&b).unwrap();
    for name in ["main.js", "b.js"] {
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    assert_eq!(modules.load(modules.main_name()).unwrap().text, "export const a = 1");
    assert_eq!(modules.load(&b).unwrap().text, "export const b = 1");
    assert_eq!(modules.resolve("./b.js", modules.main_name()).unwrap(), b);
}

#[test]
fn from_standard_input() {
    let folder = folder(&[("lib/a.ts", "export const a: number = 1"), ("-", "")]);
    let text = "import { a } from './lib/a.ts'; let b: string".to_owned();
    let modules = Modules::from_stdin(text, folder.path(), &ModuleOptions::default()).unwrap();
    assert_eq!(modules.main_name(), "file:///-");
    let names = load_all(&modules);
    // The import is used for nothing, so it is taken for one of types.
    assert_eq!(names.unwrap(), ["file:///-"]);
    let a = modules.resolve("./lib/a.ts", "file:///-").unwrap();
    assert!(a.ends_with("/lib/a.ts"));
    assert_eq!(modules.main_folder(), folder.path());
    let error = modules.resolve("./b.js", &a).unwrap_err();
    assert_eq!(error.imported_by, ["lib/a.ts", "standard input"]);
    let file = modules.resolve("./-", "file:///-").unwrap();
    assert_ne!(file, "file:///-", "there is a file of that name");
}

#[test]
fn main_modules_that_are_none() {
    let folder = folder(&[("main.js", "")]);
    let fails = |name: &str| Modules::new(&folder.path().join(name), &ModuleOptions::default());
    assert!(matches!(fails("mian.js").err(), Some(ScriptError::NotFound { .. })));
    assert!(matches!(fails(".").err(), Some(ScriptError::Folder { .. })));
    fs::write(folder.path().join("main.js"), b"export const a = '\xe9'").unwrap();
    let error = fails("main.js").unwrap();
    let error = error.load(error.main_name()).unwrap_err();
    assert_eq!(
        refusal(&folder, &error),
        "the module FOLDER/main.js is not a script: byte 18 is not UTF-8 text\n\
         help: save it as UTF-8; read binary files with open(path, 'b')"
    );
}

#[test]
fn missing_files() {
    assert_eq!(
        refused(&[
            ("main.js", "export * from './lib/a.js'"),
            ("lib/a.js", "export * from './b'"),
            ("lib/b.js", "")
        ]),
        "cannot find the module `./b`: there is no file FOLDER/lib/b\n\
         \x20 imported by FOLDER/lib/a.js, imported by FOLDER/main.js\n\
         help: write the whole name: `./b.js`"
    );
    let help = |files: &[(&str, &str)]| {
        let text = refused(files);
        text.split_once("help: ").unwrap().1.to_owned()
    };
    let a = ("main.js", "export * from './a.js'");
    assert_eq!(help(&[a, ("a.ts", "")]), "there is `./a.ts`; write that");
    assert_eq!(help(&[a, ("A.js", "")]), "there is `A.js`: small and capital letters differ");
    assert_eq!(help(&[a]), "check the path; it starts from the folder of the file that imports");
    assert_eq!(
        help(&[("main.js", "export * from './lib/a.js'")]),
        "there is no folder FOLDER/lib; paths start from the file that imports"
    );
    let lib = ("main.js", "export * from './lib'");
    assert_eq!(
        refused(&[lib, ("lib/index.js", "")]),
        "cannot import `./lib`: FOLDER/lib is a folder\n\
         \x20 imported by FOLDER/main.js\n\
         help: write `./lib/index.js`"
    );
    assert_eq!(help(&[lib, ("lib/a.js", "")]), "name the file in it");
}

#[test]
fn files_that_are_no_modules() {
    let folder = folder(&[("main.js", "")]);
    let modules = modules(&folder, "main.js");
    let main = modules.main_name();
    let error = modules.resolve("/dev/null", main).unwrap_err();
    assert_eq!(
        refusal(&folder, &error),
        "cannot import `/dev/null`: /dev/null is neither a file nor a folder\n\
         \x20 imported by FOLDER/main.js\n\
         help: write the module to a file and import that"
    );
    let large = fs::File::create(folder.path().join("large.js")).unwrap();
    large.set_len(MODULE_BYTES_MAX + 1).unwrap();
    let name = modules.resolve("./large.js", main).unwrap();
    assert_eq!(
        refusal(&folder, &modules.load(&name).unwrap_err()),
        "the module FOLDER/large.js is larger than 67108864 bytes, the most squall reads\n\
         \x20 imported by FOLDER/main.js\n\
         help: read large data with open() or SharedArray, not as a module"
    );
    for specifier in ["./a\0b.js", "./%00", "./", ".", "..", "/"] {
        assert!(modules.resolve(specifier, main).is_err(), "{specifier:?}");
    }
    assert!(modules.load("native:http").is_err());
    assert!(modules.load("").is_err());
}

#[test]
fn syntax_errors_name_who_imported() {
    assert_eq!(
        refused(&[
            ("main.js", "export * from './a.ts'"),
            ("a.ts", "export * from './b.js';\nexport let c: number"),
            ("b.js", "export const = 1;\n"),
        ]),
        "FOLDER/b.js:1:14: syntax error: Unexpected token\n\
         \x20 |\n\
         1 | export const = 1;\n\
         \x20 |              ^\n\
         \x20 imported by FOLDER/a.ts, imported by FOLDER/main.js"
    );
}

#[test]
fn names_are_shown_as_the_user_gave_them() {
    let url = Url::parse("file:///a/tests/main.js").unwrap();
    let names = Names::of_file(&url, Path::new("tests/main.js"));
    assert_eq!(names.shown("file:///a/tests/main.js"), "tests/main.js");
    assert_eq!(names.shown("file:///a/tests/lib/my%20a.js"), "tests/lib/my a.js");
    assert_eq!(names.shown("file:///a/other.js"), "/a/other.js");
    assert_eq!(names.shown("https://host.example/a.js"), "https://host.example/a.js");
    assert_eq!(names.shown("k6/http"), "k6/http");
    let names = Names::of_file(&url, Path::new("main.js"));
    assert_eq!(names.shown("file:///a/tests/lib/a.js"), "lib/a.js");
}

#[test]
fn modules_from_the_network() {
    let server = remote::tests::server::Server::start();
    let cache = tempfile::tempdir().unwrap();
    let options =
        ModuleOptions { cache: Some(cache.path().join("modules")), ..ModuleOptions::default() };
    let main = format!(
        "export * from '{}'; export * from '{}'",
        server.url("lib/main.js"),
        server.url("syntax.js")
    );
    let start = || {
        let mut modules = Modules::from_stdin(main.clone(), Path::new("."), &options).unwrap();
        modules.remote = Remote::new(&options).with_settings(remote::tests::settings(&server));
        modules
    };
    let modules = start();
    let lib = modules.resolve(server.url("lib/main.js").as_str(), "file:///-").unwrap();
    modules.load(&lib).unwrap();
    let part = modules.resolve("./part.js", &lib).unwrap();
    assert_eq!(part, server.url("lib/part.js").as_str());
    modules.load(&part).unwrap();
    let ok = modules.resolve("/ok.js", &lib).unwrap();
    assert_eq!(modules.load(&ok).unwrap().text, "export const a = 1;\n");
    let error = modules.resolve("file:///a.js", &part).unwrap_err();
    assert_eq!(error.imported_by, [part.as_str(), lib.as_str(), "standard input"]);

    let broken = modules.resolve(server.url("syntax.js").as_str(), "file:///-").unwrap();
    for _ in 0..2 {
        let error = modules.load(&broken).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{broken}:1:14: syntax error: ")));
    }
    let asked = server.requests().len();
    assert_eq!(asked, 5, "what does not parse is not kept: {:?}", server.requests());

    let modules = start();
    for name in [&lib, &part, &ok] {
        modules.load(name).unwrap();
    }
    assert_eq!(server.requests().len(), asked);
}

#[test]
fn stand_ins_may_import_what_is_internal() {
    if !builtins::is_builtin("jslib:k6-utils") {
        return;
    }
    let options = ModuleOptions { offline: true, ..ModuleOptions::default() };
    let modules = Modules::from_stdin(String::new(), Path::new("."), &options).unwrap();
    let url = "https://jslib.k6.io/k6-utils/1.4.0/index.js";
    let name = modules.resolve(url, "file:///-").unwrap();
    assert_eq!(name, url);
    assert!(modules.resolve("native:random", &name).is_err());
    assert_eq!(modules.load(&name).unwrap().kind, ModuleKind::Module);
    assert_eq!(modules.resolve("native:random", &name).unwrap(), "native:random");
}

#[test]
fn the_engine_asks_without_a_referrer() {
    let folder = folder(&[("main.js", ""), ("a.js", "f(")]);
    let modules = modules(&folder, "main.js");
    let main = modules.main_name();
    assert_eq!(modules.resolve(main, "").unwrap(), main);
    assert_eq!(modules.resolve("native:log", "").unwrap(), "native:log");
    for (name, _) in BUILTINS {
        assert_eq!(modules.resolve(name, "").unwrap(), *name);
        assert!(!modules.load(name).unwrap().text.is_empty());
    }
    let a = modules.resolve("./a.js", main).unwrap();
    assert_eq!(modules.resolve(&a, "").unwrap(), a);
    assert_eq!(modules.load(&a).unwrap_err().imported_by.len(), 1);
    assert!(modules.resolve("./a.js", "").unwrap_err().imported_by.is_empty());
    let stdin =
        Modules::from_stdin(String::new(), folder.path(), &ModuleOptions::default()).unwrap();
    assert_eq!(stdin.resolve("file:///-", "").unwrap(), "file:///-");
    assert!(stdin.resolve("squall:tags", "file:///-").is_err());
}

#[test]
fn stand_ins_have_parts() {
    if !builtins::is_builtin("jslib:k6-testing/report") {
        return;
    }
    let options = ModuleOptions { offline: true, ..ModuleOptions::default() };
    let modules = Modules::from_stdin(String::new(), Path::new("."), &options).unwrap();
    let url = "https://jslib.k6.io/k6-testing/0.5.0/index.js";
    let name = modules.resolve(url, "file:///-").unwrap();
    modules.load(&name).unwrap();
    let part = modules.resolve("./k6-testing/report.js", &name).unwrap();
    assert_eq!(part, "jslib:k6-testing/report");
    let text = modules.load(&part).unwrap().text;
    assert_eq!(Some(text.as_str()), builtins::text(&part));
    assert!(modules.resolve("./no-such.js", &name).is_err());
}

#[test]
fn positions_in_stack_traces() {
    let folder = folder(&[
        ("main.ts", "interface A {}\n\nexport default function (): void {\n\tf();\n}\n"),
        ("plain.js", "export function f() {}\n"),
    ]);
    let modules = modules(&folder, "main.ts");
    let main = modules.main_name();
    let plain = modules.resolve("./plain.js", main).unwrap();
    modules.load(&plain).unwrap();
    let text = modules.load(main).unwrap().text;
    assert_eq!(text, "export default function() {\n\tf();\n}\n");
    let trace = format!("Error: no\n    at default ({main}:2:2)\n    at f ({plain}:1:8)\n");
    assert_eq!(
        modules.original_positions(&trace),
        format!("Error: no\n    at default ({main}:4:2)\n    at f ({plain}:1:8)\n")
    );
}

#[test]
fn positions_in_bundles() {
    use base64::Engine as _;
    // As esbuild writes it: the second line comes from the fourth of src/main.ts.
    let map = r#"{"version":3,"sources":["src/main.ts"],"names":[],"mappings":";AAGE"}"#;
    let map = base64::engine::general_purpose::STANDARD.encode(map);
    let text = format!(
        "export default function () {{\nf();\n}}\n\
         //# sourceMappingURL=data:application/json;base64,{map}\n"
    );
    let folder = folder(&[("bundle.js", &text)]);
    let modules = modules(&folder, "bundle.js");
    let main = modules.main_name();
    assert_eq!(modules.load(main).unwrap().text, text);
    let source = Url::from_file_path(folder.path().join("src/main.ts")).unwrap();
    assert_eq!(modules.original_positions(&format!("at {main}:2:1")), format!("at {source}:4:3"));
    assert_eq!(modules.original_positions(&format!("at {main}:1:1")), format!("at {main}:1:1"));
}

#[test]
fn threads_share_modules() {
    let folder = folder(&[("main.js", "export * from './a.js'"), ("a.js", "export const a = 1")]);
    let modules = modules(&folder, "main.js");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(load_all(&modules).unwrap().len(), 2));
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_import_gets_an_answer(
        specifier in r"(\.{0,2}/|k6/|squall:|file:///|/)?[a-z.%/\u{0}é]{0,12}(\.js)?",
        referrer in r"(file:///-|k6/http|k6|file:///[a-z/.%]{0,9}|[a-z:/]{0,9})",
    ) {
        let modules =
            Modules::from_stdin(String::new(), Path::new("."), &ModuleOptions::default()).unwrap();
        if let Err(error) = modules.resolve(&specifier, &referrer) {
            let text = error.to_string();
            prop_assert!(text.contains("help: ") || error.problem.help().is_none());
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{:?}", text);
        }
        let _ = modules.load(&referrer);
    }
}

/// Figures: `cargo test -p squall-script --release javascript::tests::figures -- --ignored
/// --nocapture`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a measurement")]
fn figures() {
    use std::time::Instant;
    let body = "export function fN(data, tags = {}) {\n\
                \x20 const response = http.get(`https://host.example/${data.id}`, { tags });\n\
                \x20 check(response, { 'is 200': (r) => r.status === 200 });\n\
                \x20 return response.json('items').map((item) => item.id + N);\n}\n";
    let script = |bytes: usize, is_typed: bool| {
        let mut text = String::from("import http from 'k6/http';\nimport { check } from 'k6';\n");
        for number in 0_u32.. {
            if text.len() >= bytes {
                break;
            }
            text.push_str(&body.replace('N', &number.to_string()));
        }
        if is_typed {
            text.replace("(data, tags = {})", "(data: any, tags: object = {})")
        } else {
            text
        }
    };
    for (name, bytes) in [("a.js", 2_000), ("a.ts", 2_000), ("a.js", 500_000), ("a.ts", 500_000)] {
        let text = script(bytes, name == "a.ts");
        let folder = folder(&[(name, &text)]);
        let mut best = std::time::Duration::MAX;
        for _ in 0..20 {
            let start = Instant::now();
            let modules = modules(&folder, name);
            let main = modules.main_name();
            modules.load(main).unwrap();
            for builtin in ["k6", "k6/http"] {
                if let Ok(name) = modules.resolve(builtin, main) {
                    modules.load(&name).unwrap();
                }
            }
            best = best.min(start.elapsed());
        }
        println!("{name}, {} lines, {} bytes: {best:?}", text.lines().count(), text.len());
    }
}
