//! The whole way from bytes to a script, and every refusal on it.

use std::error::Error as _;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

const PLAIN_MODULE: &str = r#"(module
  (memory (export "memory") 1 4)
  (func (export "run") (param i32) (result i32) i32.const 0))"#;

/// A component with the given parts beside a working core instance `$i`.
fn component_text(parts: &str) -> String {
    format!(
        r#"(component
          (core module $m
            (memory (export "memory") 2)
            (func (export "run") (param i32) (result i32) i32.const 0)
            (func (export "nothing")))
          (core instance $i (instantiate $m))
          {parts})"#
    )
}

const LIFTED_RUN: &str = r#"
  (type $result (result (error string)))
  (func $run (param "entry" u32) (result $result)
    (canon lift (core func $i "run") (memory $i "memory")))
  (export "run" (func $run))"#;

fn load_text(text: &str) -> Result<Script, ScriptError> {
    load_bytes(text.as_bytes(), Path::new("vu.wat"))
}

fn refused(text: &str) -> String {
    load_text(text).unwrap_err().to_string()
}

#[test]
fn text_of_a_component() {
    let script = load_text(&component_text(LIFTED_RUN)).unwrap();
    assert_eq!(script.origin, Origin::Wat);
    assert_eq!(script.world, "squall:vu/vu@0.1.0");
    assert_eq!(script.made_for, None);
    assert_eq!(script.exports.names(), ["run"]);
    assert_eq!(
        script.memory,
        MemoryInfo { memories: 1, initial_bytes: 131_072, maximum_bytes: None }
    );
    assert_eq!((script.memory.initial_pages(), script.memory.maximum_pages()), (2, None));
    assert_eq!(script.core_modules, 1);
}

#[test]
fn binary_component_and_core_module() {
    let component = wat::parse_str(component_text(LIFTED_RUN)).unwrap();
    let script = load_bytes(&component, Path::new("vu.wasm")).unwrap();
    assert_eq!((script.origin, script.size_bytes()), (Origin::Component, component.len() as u64));
    assert_eq!(script.component, component);

    let module = wat::parse_str(PLAIN_MODULE).unwrap();
    let script = load_bytes(&module, Path::new("vu.wasm")).unwrap();
    assert_eq!(script.origin, Origin::CoreModule);
    assert_eq!(script.memory.maximum_pages(), Some(4));
    assert!(script.producers.iter().any(|tool| tool.starts_with("wit-component")), "{script:?}");
    let again = load_bytes(&script.component, Path::new("vu.wasm")).unwrap();
    assert_eq!(again.origin, Origin::Component);
}

#[test]
fn from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vu.wat");
    std::fs::write(&path, PLAIN_MODULE).unwrap();
    assert_eq!(load(&path).unwrap().path, path);
    std::fs::write(&path, "").unwrap();
    assert!(load(&path).unwrap_err().to_string().contains("is empty (0 bytes)"));
}

#[test]
fn imports_tell_the_version() {
    let text = component_text(&format!(
        r#"(import "squall:vu/timers@0.1.3" (instance (export "now" (func (result u64)))))
           (import "wasi:clocks/monotonic-clock@0.2.6" (instance)) {LIFTED_RUN}"#
    ));
    let script = load_text(&text).unwrap();
    assert_eq!(script.made_for.as_deref(), Some("0.1.3"));
    assert_eq!(script.imports, ["squall:vu/timers@0.1.3", "wasi:clocks/monotonic-clock@0.2.6"]);
}

#[test]
fn another_version_names_both() {
    let with = |import: &str| {
        refused(&component_text(&format!(r#"(import "{import}" (instance)) {LIFTED_RUN}"#)))
    };
    let newer = with("squall:vu/http@0.2.0");
    assert!(newer.contains("for squall:vu@0.2.0; this squall runs squall:vu@0.1.x"), "{newer}");
    assert!(newer.contains("update squall"), "{newer}");
    let older = with("squall:vu/http@0.0.9");
    assert!(
        older.contains("squall:vu@0.0.9") && older.contains("build the component again"),
        "{older}"
    );
    assert!(with("squall:vu/http@0.1.0-rc.1").contains("squall:vu@0.1.0-rc.1"));
    assert!(with("squall:vu/http").contains("without a version"));
}

#[test]
fn another_world_names_both() {
    let with = |export: &str| {
        refused(&component_text(&format!(r#"(instance $x) (export "{export}" (instance $x))"#)))
    };
    let proxy = with("wasi:http/incoming-handler@0.2.3");
    assert!(proxy.contains("for the world wasi:http/proxy@0.2.3"), "{proxy}");
    assert!(proxy.contains("expected the world squall:vu/vu@0.1.0"), "{proxy}");
    assert!(with("wasi:cli/run@0.2.0").contains("the world wasi:cli/command@0.2.0"));
    let unknown = with("acme:cart/api@1.0.0");
    assert!(
        unknown.contains("acme:cart@1.0.0") && unknown.contains("squall:vu/vu@0.1.0"),
        "{unknown}"
    );
}

#[test]
fn no_run_names_the_exports() {
    let lifted = r#"(func $f (canon lift (core func $i "nothing"))) (export "walk" (func $f))"#;
    let text = refused(&component_text(lifted));
    assert!(text.contains("it exports `walk`; expected `run: func(entry: u32)"), "{text}");
    assert!(refused("(component)").contains("it exports nothing"));
}

#[test]
fn unprovided_imports_are_listed() {
    let text = refused(&component_text(&format!(
        r#"(import "wasi:http/types@0.2.0" (instance))
           (import "log" (func))
           (import "wasi:cli/stdout@0.3.0" (instance))
           (import "squall:vu/teleport@0.1.0" (instance)) {LIFTED_RUN}"#
    )));
    let list = "wasi:http/types@0.2.0, log, wasi:cli/stdout@0.3.0, squall:vu/teleport@0.1.0";
    assert!(text.contains(list), "{text}");
}

#[test]
fn long_lists_are_cut() {
    let mut imports = String::new();
    for index in 0..40 {
        let _ = write!(imports, "(import \"log-{index}\" (func))");
    }
    let text = refused(&component_text(&format!("{imports} {LIFTED_RUN}")));
    assert!(text.contains("log-11, and 28 more\n") && !text.contains("log-12"), "{text}");
}

#[test]
fn unknown_function_of_our_interface() {
    let text = refused(&component_text(&format!(
        r#"(import "squall:vu/timers@0.1.9" (instance (export "snooze" (func)))) {LIFTED_RUN}"#
    )));
    assert!(text.contains("squall:vu/timers, function `snooze`"), "{text}");
}

#[test]
fn wrong_signatures_show_both() {
    let text = refused(&component_text(
        r#"(func $f (canon lift (core func $i "nothing"))) (export "run" (func $f))"#,
    ));
    assert!(text.contains("the export `run` has another signature"), "{text}");
    assert!(text.contains("found:    func()\n"), "{text}");
    assert!(text.contains("expected: func(entry: u32) -> result<_, string>\n"), "{text}");

    let text = refused(&component_text(&format!(
        r#"(import "squall:vu/timers@0.1.0" (instance
             (export "sleep" (func (param "seconds" f64)))))
           {LIFTED_RUN}"#
    )));
    assert!(text.contains("import `squall:vu/timers`, function `sleep`"), "{text}");
    assert!(text.contains("found:    func(seconds: f64)\n"), "{text}");
    assert!(text.contains("expected: func(duration-ns: u64)\n"), "{text}");
}

/// Same names, other contents: only the full types show it.
#[test]
fn wrong_types_behind_the_same_names() {
    let text = refused(&component_text(&format!(
        r#"(import "squall:vu/execution@0.1.0" (instance
             (type $info' (record (field "name" string)))
             (export "scenario-info" (type $info (eq $info')))
             (type $some (option $info))
             (export "scenario" (func (result $some))))) {LIFTED_RUN}"#
    )));
    assert!(text.contains("found:    func() -> option<record { name: string }>"), "{text}");
    assert!(
        text.contains("expected: func() -> option<record { name: string, executor: string"),
        "{text}"
    );
}

#[test]
fn resources_match_by_name() {
    let text = component_text(&format!(
        r#"(import "squall:vu/http@0.1.0" (instance
             (export "pending" (type $pending (sub resource)))
             (type $handles (list (borrow $pending)))
             (type $timeout (option u64))
             (type $index (option u32))
             (export "wait-any" (func (param "pending" $handles) (param "timeout-ms" $timeout)
               (result $index)))
             (export "[method]pending.ready" (func (param "self" (borrow $pending))
               (result bool)))))
           {LIFTED_RUN}"#
    ));
    assert_eq!(load_text(&text).unwrap().made_for.as_deref(), Some("0.1.0"));
}

#[test]
fn bad_content_is_told_apart() {
    assert!(refused("").contains("is empty (0 bytes)"));
    let script = refused("import http from 'k6/http';\nexport default function () {}\n");
    assert!(script.contains("expected a WebAssembly component"), "{script}");
    assert!(script.contains("JavaScript source (line 1)"), "{script}");
    assert!(refused("fn main() {}\n").contains("is Rust source (line 1)"));
    let syntax = load_text("(module (func (export \"run\") (result i33)))").unwrap_err();
    let source = syntax.source().unwrap().to_string();
    assert!(source.contains("vu.wat:1:"), "{source}");
    let binary = wat::parse_str(component_text(LIFTED_RUN)).unwrap();
    let cut =
        load_bytes(&binary[..binary.len() - 9], Path::new("vu.wasm")).unwrap_err().to_string();
    assert!(
        cut.contains(&format!("is truncated: the file ends at byte {}", binary.len() - 9)),
        "{cut}"
    );
    let version = load_bytes(b"\0asm\x63\0\x01\0", Path::new("vu.wasm")).unwrap_err().to_string();
    assert!(version.contains("component, version 99; expected"), "{version}");
}

#[test]
fn scripts_are_told_from_wasm() {
    let is_script = |path: &str, text: &str| crate::is_javascript(Path::new(path), text.as_bytes());
    for name in ["a.js", "a.mjs", "a.cjs", "a.ts", "a.mts", "a.cts"] {
        assert!(is_script(name, "f()") && is_script(name, "") && is_script(name, "(module)"));
        assert!(!is_script(name, "\0asm\x01\0\0\0"), "WebAssembly by another name");
    }
    let script = "import http from 'k6/http';\nexport default function () {}\n";
    for name in ["-", "test", "a.wasm", "a.txt"] {
        assert!(is_script(name, script));
        assert!(!is_script(name, "(module)") && !is_script(name, ""));
    }
    // Any text on standard input that is not WebAssembly.
    assert!(is_script("-", "f()") && !is_script("a.wasm", "f()"));
    assert!(!crate::is_javascript(Path::new("-"), b"\x7fELF\0\0"));
}

#[test]
fn invalid_wasm_names_the_place() {
    let mut binary = wat::parse_str(component_text(LIFTED_RUN)).unwrap();
    // A section of type 77, empty.
    binary.extend([77, 0]);
    let error = load_bytes(&binary, Path::new("vu.wasm")).unwrap_err();
    assert!(matches!(error, ScriptError::Invalid { .. }), "{error}");
    assert!(error.to_string().contains("from byte "), "{error}");
    assert!(error.source().is_some());
}

#[test]
fn only_bodies_are_left_to_the_compiler() {
    let text = component_text(LIFTED_RUN).replacen("i32.const 0)", "i64.const 0)", 1);
    let script = load_text(&text).unwrap();
    let error = script.compile(&wasmtime::Engine::default()).err().unwrap();
    assert!(matches!(error, ScriptError::Compile { .. }), "{error}");
}

#[test]
fn deep_types_are_refused_not_recursed_into() {
    let mut types = String::from("(type $t0 (list u8))");
    for index in 1..5_000 {
        let _ = write!(types, "(type $t{index} (list $t{}))", index - 1);
    }
    let text = format!("(component {types} (import \"f\" (func (param \"x\" $t4999))))");
    assert!(matches!(load_text(&text), Err(ScriptError::Invalid { .. })));
}

#[test]
fn wide_types_stay_small_in_messages() {
    let mut types = String::from("(type $t0 (tuple u8 u8))");
    for index in 1..18 {
        let _ = write!(types, "(type $t{index} (tuple $t{0} $t{0}))", index - 1);
    }
    let text = component_text(&format!(
        r#"(import "squall:vu/timers@0.1.0" (instance {types}
             (export "now" (func (param "x" $t17))))) {LIFTED_RUN}"#
    ));
    let error = refused(&text);
    assert!(error.len() < 2_000, "{} bytes", error.len());
}

#[test]
fn memories_add_up() {
    let mut info = MemoryInfo::default();
    info.add(10, Some(20));
    info.add(u64::MAX, Some(1));
    let sum = MemoryInfo { memories: 2, initial_bytes: u64::MAX, maximum_bytes: Some(21) };
    assert_eq!(info, sum);
    info.add(1, None);
    assert_eq!(info.maximum_bytes, None);
}

fn samples() -> Vec<Vec<u8>> {
    let (resolve, _, world) = contract::resolve();
    let mut described = wat::parse_str(PLAIN_MODULE).unwrap();
    let utf8 = wit_component::StringEncoding::UTF8;
    wit_component::embed_component_metadata(&mut described, &resolve, world, utf8).unwrap();
    let imports =
        r#"(import "squall:vu/timers@0.1.0" (instance (export "now" (func (result u64)))))"#;
    let mut samples = vec![
        wat::parse_str(component_text(&format!("{imports} {LIFTED_RUN}"))).unwrap(),
        wat::parse_str(PLAIN_MODULE).unwrap(),
        described,
    ];
    samples.push(load_text(PLAIN_MODULE).unwrap().component);
    samples
}

proptest! {
    /// Files that are almost right: no panic, whatever the answer.
    #[test]
    fn mutated_files_never_panic(
        sample in 0_usize..4,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = samples().swap_remove(sample);
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Err(error) = load_bytes(&bytes, Path::new("vu.wasm")) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = load_bytes(&bytes, Path::new("vu"));
        let _ = load_bytes(&[b"\0asm\x0d\0\x01\0", &bytes[..]].concat(), Path::new("vu"));
        let _ = load_bytes(&[b"\0asm\x01\0\0\0", &bytes[..]].concat(), Path::new("vu"));
    }
}
