//! Both forms are run: the original fills its memory, the twin leaves alone what it is given.

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

    fn call<T>(&mut self, name: &str) -> T
    where
        T: Send + Sync + 'static,
        (T,): wasmtime::component::ComponentNamedList + wasmtime::component::Lift,
    {
        let function =
            self.instance.get_typed_func::<(), (T,)>(&mut self.store, name).unwrap();
        function.call(&mut self.store, ()).unwrap().0
    }
}

fn made(wat: &str) -> Result<Twins, NoTwin> {
    twins(&wat::parse_str(wat).unwrap())
}

#[test]
fn the_original_fills_its_memory_and_the_twin_does_not() {
    let Twins { original, twin } = made(GUEST).unwrap();
    assert_eq!(Guest::new(&original).call::<u32>("sum"), 43);
    assert_eq!(Guest::new(&twin).call::<u32>("sum"), 0);
}

#[test]
fn changed_globals_are_seen() {
    let mut guest = Guest::new(&made(GUEST).unwrap().original);
    assert!(!guest.call::<bool>(GLOBALS_CHANGED));
    assert_eq!(guest.call::<u32>("bump"), 1040);
    assert!(guest.call::<bool>(GLOBALS_CHANGED));
}

#[test]
fn state_outside_of_the_memory_is_refused() {
    let module = |body: &str| {
        format!(
            r#"(component (core module $m {body}) (core instance (instantiate $m)))"#
        )
    };
    let passive = r#"(memory 1) (data "x") (func (data.drop 0))"#;
    let table = "(memory 1) (table 1 funcref) (func (table.set 0 (i32.const 0) (ref.null func)))";
    let float = "(memory 1) (global (mut f64) (f64.const 0)) (func)";
    for (body, reason) in [
        (passive, "passive data segments"),
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
