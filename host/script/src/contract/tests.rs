//! The contract that is compiled in is the one in wit/, and WASI's list is the linker's.

use std::fs;
use std::path::Path;

use super::*;

#[test]
fn every_wit_file_is_compiled_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "wit"))
        .collect();
    names.sort();
    assert_eq!(names, WIT_FILES.map(|(name, _)| name));
}

#[test]
fn world_and_its_functions() {
    let contract = Contract::get();
    assert_eq!(contract.world_name, "squall:vu/vu@0.1.0");
    assert_eq!(contract.accepted(), "squall:vu@0.1.x");
    assert_eq!(contract.exports["run"].named, "func(entry: u32) -> result<_, string>");
    assert_eq!(contract.exports["setup"].named, "func() -> result<option<string>, string>");
    let mut exports: Vec<&str> = contract.exports.keys().map(String::as_str).collect();
    let mut expected = EXPORTS.to_vec();
    exports.sort_unstable();
    expected.sort_unstable();
    assert_eq!(exports, expected);
    assert_eq!(contract.imports.len(), WIT_FILES.len() - 1);
    assert_eq!(contract.imports["squall:vu/timers"]["sleep"].named, "func(duration-ns: u64)");
    let send = &contract.imports["squall:vu/http"]["send"];
    assert_eq!(send.named, "func(request: request) -> exchange");
    assert!(
        send.full.starts_with("func(request: record { method: variant { get, "),
        "{}",
        send.full
    );
    assert!(send.full.contains("-> record { response: response, "), "{}", send.full);
    assert!(contract.imports["squall:vu/http"]["wait-any"].full.contains("list<borrow<pending>>"));
}

#[test]
fn versions() {
    let version = |text| Version::parse(text);
    assert_eq!(version("1.2.3"), Some(Version { major: 1, minor: 2, patch: 3 }));
    assert_eq!(version("1.2.3+build.5"), version("1.2.3"));
    for text in
        ["", "1", "1.2", "1.2.3.4", "a.b.c", "0.1.0-rc.1", "1..2", "99999999999999999999.0.0"]
    {
        assert_eq!(version(text), None, "{text}");
    }
    let compatible =
        |made_for, host| version(made_for).unwrap().is_compatible_with(version(host).unwrap());
    assert!(compatible("0.1.0", "0.1.0"));
    assert!(compatible("0.1.7", "0.1.0"));
    assert!(!compatible("0.2.0", "0.1.0"));
    assert!(!compatible("1.0.0", "0.1.0"));
    assert!(compatible("1.4.0", "1.0.0"));
    assert!(compatible("0.0.3", "0.0.3"));
    assert!(!compatible("0.0.4", "0.0.3"));
}

#[test]
fn wasi_versions() {
    assert!(provides_wasi("wasi:cli/environment", "0.2.0"));
    assert!(provides_wasi("wasi:cli/environment", "0.2.9"));
    assert!(!provides_wasi("wasi:cli/environment", "0.3.0"));
    assert!(!provides_wasi("wasi:http/types", "0.2.0"));
}

/// The state that wasmtime's WASI needs.
#[derive(Default)]
pub(crate) struct Wasi(wasmtime_wasi::WasiCtx, wasmtime::component::ResourceTable);

impl wasmtime_wasi::WasiView for Wasi {
    fn ctx(&mut self) -> wasmtime_wasi::WasiCtxView<'_> {
        wasmtime_wasi::WasiCtxView { ctx: &mut self.0, table: &mut self.1 }
    }
}

/// One item of each interface. It is asked for with a type that it does not have: the linker then
/// says that the type is wrong where it has the item, and that the item is missing where it has
/// not.
const WASI_ITEMS: [(&str, &str); 27] = [
    ("wasi:cli/environment", "get-arguments"),
    ("wasi:cli/exit", "exit"),
    ("wasi:cli/stderr", "get-stderr"),
    ("wasi:cli/stdin", "get-stdin"),
    ("wasi:cli/stdout", "get-stdout"),
    ("wasi:cli/terminal-input", "terminal-input"),
    ("wasi:cli/terminal-output", "terminal-output"),
    ("wasi:cli/terminal-stderr", "get-terminal-stderr"),
    ("wasi:cli/terminal-stdin", "get-terminal-stdin"),
    ("wasi:cli/terminal-stdout", "get-terminal-stdout"),
    ("wasi:clocks/monotonic-clock", "now"),
    ("wasi:clocks/wall-clock", "now"),
    ("wasi:filesystem/preopens", "get-directories"),
    ("wasi:filesystem/types", "descriptor"),
    ("wasi:io/error", "error"),
    ("wasi:io/poll", "pollable"),
    ("wasi:io/streams", "input-stream"),
    ("wasi:random/insecure", "get-insecure-random-u64"),
    ("wasi:random/insecure-seed", "insecure-seed"),
    ("wasi:random/random", "get-random-u64"),
    ("wasi:sockets/instance-network", "instance-network"),
    ("wasi:sockets/ip-name-lookup", "resolve-addresses"),
    ("wasi:sockets/network", "network"),
    ("wasi:sockets/tcp", "tcp-socket"),
    ("wasi:sockets/tcp-create-socket", "create-tcp-socket"),
    ("wasi:sockets/udp", "udp-socket"),
    ("wasi:sockets/udp-create-socket", "create-udp-socket"),
];

#[test]
fn the_wasi_list_is_what_a_linker_has() {
    assert_eq!(WASI_ITEMS.map(|(interface, _)| interface), PROVIDED_WASI);
    let engine = wasmtime::Engine::default();
    let mut linker = wasmtime::component::Linker::<Wasi>::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker).unwrap();
    let refusal = |interface: &str, item: &str| {
        let bogus = format!("(instance (export \"{item}\" (func (param \"bogus\" char))))");
        let text = format!("(component (import \"{interface}@0.2.0\" {bogus}))");
        let binary = wat::parse_str(text).unwrap();
        let component = wasmtime::component::Component::from_binary(&engine, &binary).unwrap();
        format!("{:#}", linker.instantiate_pre(&component).err().unwrap())
    };
    for (interface, item) in WASI_ITEMS {
        let text = refusal(interface, item);
        assert!(!text.contains("missing"), "{interface}: {text}");
    }
    assert!(refusal("wasi:http/types", "fields").contains("missing"));
}
