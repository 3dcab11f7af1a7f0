//! Compile once, load ever after; whatever happens to the entry in between.

use std::fs;

use wasmtime::Store;
use wasmtime::component::Linker;

use super::*;

fn script(text: &str) -> Script {
    crate::load_bytes(text.as_bytes(), Path::new("vu.wat")).unwrap()
}

/// A VU whose iteration succeeds when the number is 0.
fn vu(result: u8) -> Script {
    script(&format!(
        r#"(module (memory (export "memory") 1)
             (data (i32.const 8) "\{result:02x}")
             (func (export "run") (param i32) (result i32) i32.const 8))"#
    ))
}

fn run(engine: &Engine, component: &Component) -> Result<(), String> {
    let mut store = Store::new(engine, ());
    let instance = Linker::new(engine).instantiate(&mut store, component).unwrap();
    let run = instance.get_typed_func::<(u32,), (Result<(), String>,)>(&mut store, "run").unwrap();
    run.call(&mut store, (0,)).unwrap().0
}

struct Fixture {
    _folder: tempfile::TempDir,
    cache: Cache,
    engine: Engine,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path().join("squall"));
    Fixture { _folder: folder, cache, engine: Engine::default() }
}

impl Fixture {
    fn compile(&self, script: &Script) -> Compiled {
        let compiled = self.cache.compile(&self.engine, script).unwrap();
        let is_err = script.component == vu(1).component;
        assert_eq!(run(&self.engine, &compiled.component).is_err(), is_err);
        compiled
    }

    fn entries(&self) -> Vec<PathBuf> {
        let listing = fs::read_dir(self.cache.path()).unwrap();
        listing.map(|entry| entry.unwrap().path()).collect()
    }

    /// Applies a change to the one entry and tells what the next compile says about it.
    fn after(&self, change: impl FnOnce(&Path)) -> String {
        let entries = self.entries();
        assert_eq!(entries.len(), 1);
        change(&entries[0]);
        let compiled = self.compile(&vu(0));
        assert_eq!(compiled.from, CompiledFrom::Compiler);
        let again = self.compile(&vu(0));
        assert_eq!(
            (again.from, again.warnings.len()),
            (CompiledFrom::Cache, 0),
            "was not replaced"
        );
        compiled.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }
}

#[test]
fn compiled_once_then_loaded() {
    let fixture = fixture();
    let first = fixture.compile(&vu(0));
    assert_eq!((first.from, first.warnings.len()), (CompiledFrom::Compiler, 0));
    assert_eq!(fixture.compile(&vu(0)).from, CompiledFrom::Cache);
    assert_eq!(fixture.compile(&vu(1)).from, CompiledFrom::Compiler);
    assert_eq!(fixture.entries().len(), 2);
}

#[test]
fn other_settings_have_their_own_entry() {
    let mut fixture = fixture();
    fixture.compile(&vu(0));
    let mut config = wasmtime::Config::new();
    config.cranelift_opt_level(wasmtime::OptLevel::None);
    fixture.engine = Engine::new(&config).unwrap();
    assert_eq!(fixture.compile(&vu(0)).from, CompiledFrom::Compiler);
    assert_eq!(fixture.entries().len(), 2);
}

#[test]
fn damaged_entries_are_replaced() {
    let fixture = fixture();
    fixture.compile(&vu(0));
    let flip = |at_from_end: usize| {
        move |path: &Path| {
            let mut bytes = fs::read(path).unwrap();
            let at = bytes.len() - at_from_end;
            bytes[at] ^= 0x40;
            fs::write(path, bytes).unwrap();
        }
    };
    assert!(fixture.after(flip(1)).contains("wrong checksum"));
    assert!(fixture.after(|path| fs::write(path, b"").unwrap()).contains("cut off at byte 0"));
    let cut = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    assert!(fixture.after(cut).contains("bytes of code, its header says"));
    assert!(
        fixture.after(|path| fs::write(path, [0; 500]).unwrap()).contains("is not a cache entry")
    );
}

/// Right checksum, but no machine code of this wasmtime inside.
#[test]
fn code_that_wasmtime_refuses_is_replaced() {
    let fixture = fixture();
    fixture.compile(&vu(0));
    let key = Key::new(&fixture.engine, &ComponentDigest::of(&vu(0).component));
    let text = fixture.after(|path| {
        let content = b"not machine code";
        fs::write(path, [&entry::header(&key, content)[..], content].concat()).unwrap();
    });
    assert!(text.contains("is refused"), "{text}");
}

/// An entry of another script under the right name is not taken for it.
#[test]
fn swapped_entries_are_not_believed() {
    let fixture = fixture();
    fixture.compile(&vu(0));
    let right = fixture.entries().remove(0);
    fixture.compile(&vu(1));
    let wrong = fixture.entries().into_iter().find(|path| *path != right).unwrap();
    fs::rename(wrong, &right).unwrap();
    let text = fixture.after(|_| {});
    assert!(text.contains("belongs to another script"), "{text}");
}

#[test]
fn unsafe_entries_are_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let fixture = fixture();
    fixture.compile(&vu(0));
    let text =
        fixture.after(|path| fs::set_permissions(path, fs::Permissions::from_mode(0o666)).unwrap());
    assert!(text.contains("can be written by others"), "{text}");
}

#[test]
fn works_without_a_usable_folder() {
    let mut fixture = fixture();
    let file = fixture.cache.path().parent().unwrap().join("file");
    fs::write(&file, b"").unwrap();
    fixture.cache = Cache::at(file.join("squall"));
    let compiled = fixture.compile(&vu(0));
    assert_eq!(compiled.from, CompiledFrom::Compiler);
    assert!(matches!(compiled.warnings[..], [CacheWarning::Folder { .. }]));
}

#[test]
fn the_bound_is_kept_and_counted() {
    let mut fixture = fixture();
    fixture.compile(&vu(0));
    let bytes = fs::metadata(&fixture.entries()[0]).unwrap().len();
    fixture.cache = fixture.cache.clone().with_bytes_max(bytes + bytes / 2);
    assert_eq!(fixture.compile(&vu(1)).entries_removed, 1);
    assert_eq!(fixture.entries().len(), 1);

    fixture.cache = fixture.cache.clone().with_bytes_max(bytes / 2);
    let compiled = fixture.compile(&vu(0));
    assert!(matches!(compiled.warnings[..], [CacheWarning::TooLarge { .. }]));
    assert_eq!(fixture.entries().len(), 1, "what does not fit is not written");
}

#[test]
fn two_runs_at_once_leave_a_whole_entry() {
    let fixture = fixture();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fixture.compile(&vu(0)));
        }
    });
    assert_eq!(fixture.compile(&vu(0)).from, CompiledFrom::Cache);
    assert_eq!(fixture.entries().len(), 1);
}

#[test]
fn the_default_folder_is_named_after_squall() {
    if let Some(cache) = Cache::open_default() {
        assert!(cache.path().ends_with("squall"));
    }
}
