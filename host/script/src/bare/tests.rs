//! Bare components are run: they leave the memory alone until they are told to fill it.

use wasmtime::component::{Component, Instance, Linker};
use wasmtime::{Engine, Store};

use super::*;

/// A reactor: a start function and a data segment write to the memory, `bump` changes a global.
const GUEST: &str = r#"(component
    (core module $main
        (memory (export "memory") 1)
        (global $stack (mut i32) (i32.const 1024))
        (global $other (mut i64) (i64.const -7))
        (data (i32.const 8) "\2a")
        (func $start (i32.store8 (i32.const 9) (i32.const 1)))
        (start $start)
        (func (export "sum") (result i32)
            (i32.add (i32.load8_u (i32.const 8)) (i32.load8_u (i32.const 9))))
        (func (export "bump") (result i32)
            (global.set $stack (i32.add (global.get $stack) (i32.const 16)))
            (global.get $stack)))
    (core instance $instance (instantiate $main))
    (func (export "sum") (result u32) (canon lift (core func $instance "sum")))
    (func (export "bump") (result u32) (canon lift (core func $instance "bump"))))"#;

struct Guest {
    store: Store<()>,
    instance: Instance,
}

impl Guest {
    fn new(bytes: &[u8]) -> Self {
        let engine = Engine::default();
        let component = Component::from_binary(&engine, bytes).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &component).unwrap();
        Self { store, instance }
    }

    fn call<T: Answer>(&mut self, name: &str) -> T {
        let function = self.instance.get_typed_func::<(), T::List>(&mut self.store, name).unwrap();
        T::of(function.call(&mut self.store, ()).unwrap())
    }
}

/// What a call may give: nothing, or one value.
trait Answer {
    type List: wasmtime::component::ComponentNamedList
        + wasmtime::component::Lift
        + Send
        + Sync
        + 'static;
    fn of(list: Self::List) -> Self;
}

impl Answer for () {
    type List = ();
    fn of((): ()) {}
}

impl Answer for u32 {
    type List = (u32,);
    fn of((value,): (u32,)) -> u32 {
        value
    }
}

impl Answer for bool {
    type List = (bool,);
    fn of((value,): (bool,)) -> bool {
        value
    }
}

fn made(wat: &str) -> Result<Bare, NotBare> {
    bare(&wat::parse_str(wat).unwrap())
}

#[test]
fn instantiation_leaves_the_memory_alone() {
    let whole = wat::parse_str(GUEST).unwrap();
    assert_eq!(Guest::new(&whole).call::<u32>("sum"), 43);
    let mut guest = Guest::new(&made(GUEST).unwrap().component);
    assert_eq!(guest.call::<u32>("sum"), 0);
    guest.call::<()>("squall-start-0");
    assert_eq!(guest.call::<u32>("sum"), 1);
    let all = segments(&whole).unwrap();
    assert_eq!(all, [Segment { offset_bytes: 8, bytes: &[0x2a] }]);
}

#[test]
fn a_start_function_of_another_module_is_kept() {
    // As tools that make components do it for reactors: a module of its own calls it.
    let guest = made(
        r#"(component
            (core module $main
                (memory 1)
                (func (export "init") (i32.store8 (i32.const 0) (i32.const 7)))
                (func (export "get") (result i32) (i32.load8_u (i32.const 0))))
            (core module $shim (import "" "" (func)) (start 0))
            (core instance $instance (instantiate $main))
            (core instance $entry (export "" (func $instance "init")))
            (core instance (instantiate $shim (with "" (instance $entry))))
            (func (export "get") (result u32) (canon lift (core func $instance "get"))))"#,
    )
    .unwrap();
    assert_eq!(guest.starts, 1);
    let mut guest = Guest::new(&guest.component);
    assert_eq!(guest.call::<u32>("get"), 0);
    guest.call::<()>("squall-start-0");
    assert_eq!(guest.call::<u32>("get"), 7);
}

#[test]
fn changed_globals_are_seen() {
    let mut guest = Guest::new(&made(GUEST).unwrap().component);
    assert!(!guest.call::<bool>(GLOBALS_CHANGED));
    assert_eq!(guest.call::<u32>("bump"), 1040);
    assert!(guest.call::<bool>(GLOBALS_CHANGED));
}

#[test]
fn state_outside_of_the_memory_is_refused() {
    let module = |body: &str| {
        format!("(component (core module $m {body}) (core instance (instantiate $m)))")
    };
    let passive = r#"(memory 1) (data "x") (func (data.drop 0))"#;
    let table = "(memory 1) (table 1 funcref) (func (table.set 0 (i32.const 0) (ref.null func)))";
    let float = "(memory 1) (global (mut f64) (f64.const 0)) (func)";
    for (body, reason) in [
        (passive, "data segments of an unusual kind"),
        (table, "changes tables"),
        ("(memory 1) (memory 1)", "more than one memory"),
        ("(func)", "no memory"),
        (float, "of an unusual kind"),
        ("(memory 1)", "its memory has no code"),
    ] {
        let error = made(&module(body)).err().unwrap().to_string();
        assert!(error.contains(reason), "{body}: {error}");
    }
}

#[test]
fn a_memory_that_is_used_twice_is_refused() {
    let twice = r#"(component
        (core module $m (memory 1) (func (export "f")))
        (core instance (instantiate $m))
        (core instance (instantiate $m)))"#;
    let error = made(twice).err().unwrap().to_string();
    assert!(error.contains("not instantiated once"), "{error}");
}
