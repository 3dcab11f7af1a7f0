//! The contract of `wit/` as this build of squall knows it: the world, its functions and their
//! types, and what else squall gives to a component.
//!
//! The WIT files are compiled in, so that the contract that a component is checked against is the
//! one the host was built with. Nothing here looks at user input.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentTypeId};
use wasmparser::types::Types;
use wit_parser::{PackageId, Resolve, SourceMap, WorldId};

use crate::component;
use crate::signature::{Detail, Renderer};

/// The package that VUs are written against.
pub(crate) const PACKAGE: &str = "squall:vu";
const WORLD: &str = "vu";

/// Every file of `wit/`. A test compares this list with the folder.
const WIT_FILES: [(&str, &str); 10] = [
    ("checks.wit", include_str!("../../../wit/checks.wit")),
    ("data.wit", include_str!("../../../wit/data.wit")),
    ("execution.wit", include_str!("../../../wit/execution.wit")),
    ("http.wit", include_str!("../../../wit/http.wit")),
    ("log.wit", include_str!("../../../wit/log.wit")),
    ("metrics.wit", include_str!("../../../wit/metrics.wit")),
    ("script.wit", include_str!("../../../wit/script.wit")),
    ("secrets.wit", include_str!("../../../wit/secrets.wit")),
    ("timers.wit", include_str!("../../../wit/timers.wit")),
    ("world.wit", include_str!("../../../wit/world.wit")),
];

/// The WASI interfaces that squall links, all of WASI 0.2. There is no file in the preopened
/// folders and no network behind the sockets; both are here because the standard libraries of most
/// languages import them whether they are used or not.
pub const PROVIDED_WASI: [&str; 27] = [
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The exports of the world, `run` first. All but `run` may be missing.
pub(crate) const EXPORTS: [&str; 6] =
    ["run", "options", "entries", "setup", "teardown", "handle-summary"];

/// A function type, for comparing and for showing.
pub(crate) struct Signature {
    pub(crate) full: String,
    pub(crate) named: String,
}

/// The world, read once.
pub(crate) struct Contract {
    /// `squall:vu/vu@0.1.0`.
    pub(crate) world_name: String,
    /// `0.1.0`.
    pub(crate) version: Version,
    pub(crate) exports: BTreeMap<String, Signature>,
    /// Interface (`squall:vu/http`, without version) to functions.
    pub(crate) imports: BTreeMap<String, BTreeMap<String, Signature>>,
}

impl Contract {
    /// The contract of this build.
    pub(crate) fn get() -> &'static Contract {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(Contract::read)
    }

    fn read() -> Contract {
        let (resolve, package, _) = resolve();
        let binary = wit_component::encode(&resolve, package).expect("wit/ encodes");
        let scan = component::scan(&binary).expect("an encoded package is valid");
        let (world_name, world) = world_type(&scan.types);
        let types = &scan.types;
        let renderer = Renderer::for_world(types);
        let mut exports = BTreeMap::new();
        for (name, item) in &types[world].exports {
            if let ComponentEntityType::Func(id) = item.ty {
                exports.insert(name.clone(), signature(&renderer, id));
            }
        }
        let mut imports = BTreeMap::new();
        for (name, item) in &types[world].imports {
            let ComponentEntityType::Instance(id) = item.ty else { continue };
            let renderer = Renderer::for_interface(types, id);
            let mut functions = BTreeMap::new();
            for (function, item) in &types[id].exports {
                if let ComponentEntityType::Func(id) = item.ty {
                    functions.insert(function.clone(), signature(&renderer, id));
                }
            }
            let interface = name.split_once('@').map_or(name.as_str(), |(before, _)| before);
            imports.insert(interface.to_owned(), functions);
        }
        let version = world_name.split_once('@').and_then(|(_, text)| Version::parse(text));
        Contract { version: version.expect("wit/ has a version"), world_name, exports, imports }
    }

    /// `squall:vu@0.1.x`: what runs here.
    pub(crate) fn accepted(&self) -> String {
        let Version { major, minor, .. } = self.version;
        if major == 0 { format!("{PACKAGE}@0.{minor}.x") } else { format!("{PACKAGE}@{major}.x") }
    }
}

fn signature(
    renderer: &Renderer<'_>,
    id: wasmparser::component_types::ComponentFuncTypeId,
) -> Signature {
    Signature { full: renderer.func(id, Detail::Full), named: renderer.func(id, Detail::Named) }
}

/// The world inside of a package in its binary form: the type `vu` that exports the world's
/// component type.
fn world_type(types: &Types) -> (String, ComponentTypeId) {
    let types = types.as_ref();
    let item = types.component_item_for_export(WORLD).expect("wit/ has the world");
    let ComponentEntityType::Type { created: ComponentAnyTypeId::Component(outer), .. } = item.ty
    else {
        unreachable!("a world is encoded as a component type");
    };
    let (name, item) = types[outer].exports.iter().next().expect("a world has a name");
    let ComponentEntityType::Component(world) = item.ty else {
        unreachable!("a world is encoded as a component type in a component type");
    };
    (name.clone(), world)
}

/// Parses `wit/`. Cannot fail at run time: the files are part of the program and a test parses
/// them.
pub(crate) fn resolve() -> (Resolve, PackageId, WorldId) {
    let mut sources = SourceMap::new();
    for (name, text) in WIT_FILES {
        sources.push_str(name, text);
    }
    let mut resolve = Resolve::default();
    let group = match sources.parse() {
        Ok(group) => group,
        Err((_, error)) => unreachable!("wit/ parses: {error}"),
    };
    let package = resolve.push_group(group).expect("wit/ resolves");
    let world = resolve.select_world(&[package], Some(WORLD)).expect("wit/ has the world");
    (resolve, package, world)
}

/// A version as component names carry it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
}

impl Version {
    /// Reads `1.2.3` and `1.2.3+build`. Pre-releases are compatible with nothing, so they are no
    /// versions here.
    pub(crate) fn parse(text: &str) -> Option<Version> {
        let text = text.split('+').next()?;
        let mut parts = text.split('.').map(|part| part.parse::<u64>().ok());
        let version =
            Version { major: parts.next()??, minor: parts.next()??, patch: parts.next()?? };
        parts.next().is_none().then_some(version)
    }

    /// True when a component made for `self` runs on a host of `host`: the same rule as the
    /// linker's.
    pub(crate) fn is_compatible_with(self, host: Version) -> bool {
        if self.major != host.major {
            return false;
        }
        match (self.major, self.minor) {
            (0, 0) => self == host,
            (0, minor) => minor == host.minor,
            _ => true,
        }
    }
}

/// True when squall links this WASI interface.
pub(crate) fn provides_wasi(interface: &str, version: &str) -> bool {
    const WASI: Version = Version { major: 0, minor: 2, patch: 0 };
    PROVIDED_WASI.contains(&interface)
        && Version::parse(version).is_some_and(|version| version.is_compatible_with(WASI))
}

#[cfg(test)]
pub(crate) mod tests;
