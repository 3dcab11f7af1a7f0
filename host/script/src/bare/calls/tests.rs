//! Components with direct calls do what they did before, and trap where they did.

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

use super::super::{NotBare, bare};
use super::*;

/// Calls through a table: of two types with two names each, of an import, of nothing.
const GUEST: &str = r#"(component
    (core module $helper (func (export "triple") (param i32) (result i32)
        (i32.mul (local.get 0) (i32.const 3))))
    (core instance $helper (instantiate $helper))
    (core module $main
        (type $number (func (param i32) (result i32)))
        (type $same (func (param i32) (result i32)))
        (type $pair (func (param i32 i64) (result i64)))
        (import "helper" "triple" (func $triple (type $same)))
        (memory 1)
        (table 12 funcref)
        (elem (i32.const 3) func $double $sum $triple)
        (elem (i32.const 9) func $negative)
        (elem (i32.const 10) func $sum)
        (func $double (type $number) (i32.mul (local.get 0) (i32.const 2)))
        (func $negative (type $same) (i32.sub (i32.const 0) (local.get 0)))
        (func $sum (type $pair) (i64.add (local.get 1) (i64.extend_i32_u (local.get 0))))
        (func (export "number") (param $place i32) (result i32)
            (call_indirect (type $number) (i32.const 7) (local.get $place)))
        (func (export "pair") (param $place i32) (result i64)
            (local $unused i64)
            (call_indirect (type $pair) (i32.const 7) (i64.const 70) (local.get $place))))
    (core instance $main (instantiate $main (with "helper" (instance $helper))))
    (func (export "number") (param "place" u32) (result s32)
        (canon lift (core func $main "number")))
    (func (export "pair") (param "place" u32) (result s64)
        (canon lift (core func $main "pair"))))"#;

/// What a call gives, or that it traps.
fn called<T>(component: &[u8], name: &str, place: u32) -> Option<T>
where
    T: Send + Sync + 'static,
    (T,): wasmtime::component::ComponentNamedList + wasmtime::component::Lift,
{
    let engine = Engine::default();
    let component = Component::from_binary(&engine, component).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
    let function = instance.get_typed_func::<(u32,), (T,)>(&mut store, name).unwrap();
    function.call(&mut store, (place,)).ok().map(|(value,)| value)
}

/// How many tables the modules of a component make.
fn tables(component: &[u8]) -> u32 {
    let payloads = Parser::new(0).parse_all(component);
    let counts = payloads.map(|payload| match payload.unwrap() {
        Payload::TableSection(section) => section.count(),
        _ => 0,
    });
    counts.sum()
}

#[test]
fn direct_calls_do_what_calls_through_the_table_did() {
    let whole = wat::parse_str(GUEST).unwrap();
    let direct = bare(&whole).unwrap().component;
    assert_eq!((tables(&whole), tables(&direct)), (1, 0));
    for place in (0..14).chain([u32::MAX]) {
        let number = called::<i32>(&direct, "number", place);
        assert_eq!(number, called(&whole, "number", place), "{place}");
        let pair = called::<i64>(&direct, "pair", place);
        assert_eq!(pair, called(&whole, "pair", place), "{place}");
        let expected = match place {
            3 => (Some(14), None),
            5 => (Some(21), None),
            9 => (Some(-7), None),
            4 | 10 => (None, Some(77)),
            _ => (None, None),
        };
        assert_eq!((number, pair), expected, "{place}");
    }
}

#[test]
fn a_table_that_is_used_for_more_than_calls_stays() -> Result<(), NotBare> {
    let call = "(func (call_indirect (i32.const 0)))";
    for (kept, body) in [
        (false, format!("(table 1 funcref) (elem (i32.const 0) 0) {call}")),
        (true, format!("(table (export \"t\") 1 funcref) (elem (i32.const 0) 0) {call}")),
        (true, format!("(import \"\" \"t\" (table 1 funcref)) (elem (i32.const 0) 0) {call}")),
        (true, format!("(table 1 funcref) (table 1 funcref) {call}")),
        (true, format!("(table 1 funcref) {call} (func (drop (table.size)))")),
        (
            true,
            format!("(table 1 funcref) (elem declare func 0) {call} (func (drop (ref.func 0)))"),
        ),
        (
            true,
            format!("(global i32 (i32.const 0)) (table 1 funcref) (elem (global.get 0) 0) {call}"),
        ),
        (true, call.replace("call_indirect (i32.const 0)", "nop")),
    ] {
        let module = wat::parse_str(format!("(module {body})")).unwrap();
        assert_eq!(direct(&module)?.is_none(), kept, "{body}");
    }
    Ok(())
}
