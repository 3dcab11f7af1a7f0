//! Core modules of all kinds become components, or are refused with the reason.

use std::error::Error as _;

use wit_component::embed_component_metadata;

use super::*;
use crate::contract::tests::Wasi;

const RUN: &str = r#"(func (export "run") (param i32) (result i32) i32.const 0)"#;

fn module(body: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {body})")).unwrap()
}

fn convert(body: &str) -> Result<Vec<u8>, ScriptError> {
    to_component(Path::new("vu.wasm"), &module(body))
}

fn refused(body: &str) -> String {
    convert(body).unwrap_err().to_string()
}

/// What the component asks for and offers.
fn shape(component: &[u8]) -> (Vec<String>, Vec<String>) {
    let scan = crate::component::scan(component).unwrap();
    crate::check::check(Path::new("vu.wasm"), &scan).unwrap();
    (scan.imports, scan.exports)
}

#[test]
fn plain_module_with_only_run() {
    let component = convert(&format!(r#"(memory (export "memory") 1) {RUN}"#)).unwrap();
    assert_eq!(shape(&component), (vec![], vec!["run".to_owned()]));
}

#[test]
fn plain_module_with_imports_and_more_exports() {
    let component = convert(&format!(
        r#"(import "squall:vu/timers@0.1.0" "now" (func (result i64)))
           (import "squall:vu/timers@0.1.0" "sleep" (func (param i64)))
           (memory (export "memory") 1)
           (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
           (func (export "teardown") (result i32) i32.const 0)
           {RUN}"#
    ));
    let (imports, mut exports) = shape(&component.unwrap());
    exports.sort();
    assert_eq!(imports, ["squall:vu/timers@0.1.0"]);
    assert_eq!(exports, ["run", "teardown"]);
}

#[test]
fn standard_mangling() {
    let component = convert(
        r#"(import "cm32p2|squall:vu/timers@0.1" "now" (func (result i64)))
           (memory (export "cm32p2_memory") 1)
           (func (export "cm32p2||run") (param i32) (result i32) i32.const 0)"#,
    );
    let (imports, exports) = shape(&component.unwrap());
    assert_eq!(imports, ["squall:vu/timers@0.1.0"]);
    assert_eq!(exports, ["run"]);
}

#[test]
fn preview1_goes_through_the_adapter() {
    let component = convert(&format!(
        r#"(import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
           (memory (export "memory") 1)
           (func (export "_initialize"))
           {RUN}"#
    ));
    let (imports, exports) = shape(&component.unwrap());
    assert!(
        imports.iter().any(|import| import.starts_with("wasi:random/random@0.2")),
        "{imports:?}"
    );
    assert_eq!(exports, ["run"]);
}

/// Not only the shape is right: such a VU runs, and WASI's functions do their work in it.
#[test]
fn preview1_modules_run() {
    // Iterations fail, with an empty text, when the eight random bytes are all zero.
    let component = convert(
        r#"(import "wasi_snapshot_preview1" "random_get"
             (func $random (param i32 i32) (result i32)))
           (memory (export "memory") 1)
           (func (export "run") (param i32) (result i32)
             (drop (call $random (i32.const 64) (i32.const 8)))
             (i32.store8 (i32.const 128) (i64.eqz (i64.load (i32.const 64))))
             (i32.const 128))"#,
    );
    let engine = wasmtime::Engine::default();
    let component = wasmtime::component::Component::from_binary(&engine, &component.unwrap());
    let mut linker = wasmtime::component::Linker::<Wasi>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
    let mut store = wasmtime::Store::new(&engine, Wasi::default());
    let instance = linker.instantiate(&mut store, &component.unwrap()).unwrap();
    let run = instance.get_typed_func::<(u32,), (Result<(), String>,)>(&mut store, "run").unwrap();
    assert_eq!(run.call(&mut store, (0,)).unwrap(), (Ok(()),));
}

/// As wit-bindgen leaves it: a module that describes the whole world but has not all of its
/// exports.
#[test]
fn own_metadata_is_kept_and_pruned() {
    let (resolve, _, world) = contract::resolve();
    let mut bytes = module(&format!(
        r#"(import "squall:vu/timers@0.1.0" "now" (func (result i64)))
           (memory (export "memory") 1)
           (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
           {RUN}"#
    ));
    embed_component_metadata(&mut bytes, &resolve, world, StringEncoding::UTF8).unwrap();
    let component = to_component(Path::new("vu.wasm"), &bytes).unwrap();
    assert_eq!(shape(&component).1, ["run"]);
}

#[test]
fn broken_metadata_is_an_error() {
    let mut bytes = module(&format!(r#"(memory (export "memory") 1) {RUN}"#));
    let name = METADATA_SECTION;
    bytes.extend([0, 1 + name.len() as u8 + 3, name.len() as u8]);
    bytes.extend(name.as_bytes());
    bytes.extend([1, 2, 3]);
    let error = to_component(Path::new("vu.wasm"), &bytes).unwrap_err();
    assert!(matches!(error, ScriptError::Adapt { .. }), "{error}");
}

#[test]
fn without_run_the_exports_are_named() {
    let text =
        refused(r#"(func (export "main")) (func (export "helper")) (memory (export "memory") 1)"#);
    assert!(text.contains("it exports `main`, `helper`; expected a function `run`"), "{text}");
    assert!(text.contains("run: func(entry: u32) -> result<_, string>"), "{text}");
    assert!(refused("").contains("it exports no function"));
    assert!(refused(r#"(func (export "_start"))"#).contains("program with `main`"));
    assert!(refused(r#"(func (export "__wbindgen_malloc"))"#).contains("wasm-bindgen"));
    let handler = refused(r#"(func (export "wasi:http/incoming-handler@0.2.0#handle"))"#);
    assert!(handler.contains("wasi:http/incoming-handler@0.2.0"), "{handler}");
    assert!(handler.contains("squall:vu/vu@0.1.0"), "{handler}");
}

#[test]
fn foreign_imports_are_listed() {
    let text = refused(&format!(r#"(import "env" "abort" (func)) (import "x" "y" (func)) {RUN}"#));
    assert!(text.contains("`abort` of `env`, `y` of `x`"), "{text}");
    assert!(text.contains("unresolved symbols"), "{text}");
    let text = refused(&format!(r#"(import "wasi_unstable" "fd_write" (func)) {RUN}"#));
    assert!(text.contains("first preview"), "{text}");
    let text = refused(&format!(r#"(import "squall:vu/timers@0.1.0" "snooze" (func)) {RUN}"#));
    assert!(text.contains("`snooze` of `squall:vu/timers@0.1.0`"), "{text}");
    let text = refused(&format!(r#"(import "squall:vu/timers@0.7.0" "now" (func)) {RUN}"#));
    assert!(text.contains("squall:vu/timers@0.7.0; this squall runs squall:vu@0.1.x"), "{text}");
}

#[test]
fn wrong_core_types_name_the_function() {
    let error =
        convert(r#"(memory (export "memory") 1) (func (export "run") (param i64))"#).unwrap_err();
    assert!(matches!(error, ScriptError::Adapt { .. }), "{error}");
    let mut reasons = Vec::new();
    let mut next = error.source();
    while let Some(reason) = next {
        reasons.push(reason.to_string());
        next = reason.source();
    }
    let reasons = reasons.join(": ");
    assert!(reasons.contains("`run`"), "{reasons}");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let text = refused(r#"(func (export "\1b[31mred\07"))"#);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
}
