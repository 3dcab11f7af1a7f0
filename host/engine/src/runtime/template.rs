//! From a compiled component to a template that VUs are instantiated from.

use std::sync::Arc;

use wasmtime::component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker};

use super::Runtime;
use crate::bindings::squall::vu;
use crate::capability::data::{Folders, SharedData};
use crate::capability::script::Modules;
use crate::error::EngineError;
use crate::memory::image::MemoryImage;
use crate::state::VuState;

/// A component, ready to become VUs.
#[derive(Clone)]
pub struct Guest {
    /// The component.
    pub component: Component,
    /// Set when instantiating the component leaves its memory alone.
    pub bare: Option<BareGuest>,
    /// The modules of the script, when the component is a script engine.
    pub modules: Option<Arc<dyn Modules>>,
}

/// How a bare component comes to its first state; see `squall_script::bare`.
#[derive(Clone)]
pub struct BareGuest {
    /// What belongs in its memory: offsets and contents, in order.
    pub segments: Vec<(u32, &'static [u8])>,
    /// Exports that are its start functions, in order.
    pub starts: Vec<String>,
    /// Export that says whether mutable globals have changed.
    pub globals_changed: &'static str,
}

impl Guest {
    /// A compiled guest.
    pub fn compiled(component: Component) -> Self {
        Self { component, bare: None, modules: None }
    }
}

/// What VUs are instantiated from: imports are resolved, and init is done where it can be done
/// once.
#[derive(Clone)]
pub struct Template {
    pub(crate) pre: InstancePre<VuState>,
    pub(crate) exports: Exports,
    pub(crate) modules: Option<Arc<dyn Modules>>,
    pub(crate) bare: Option<Arc<BareGuest>>,
    /// What guests have opened and published, from init to the end.
    pub(crate) data: Arc<SharedData>,
    pub(crate) start: Start,
}

/// How an instance comes to its first state.
#[derive(Clone)]
pub(crate) enum Start {
    /// By instantiation.
    Plain,
    /// As a copy of the memory of the instance that has run init.
    Image(Arc<MemoryImage>),
    /// By running init itself.
    InitEach,
}

/// Which exports of world `vu` a component has, and where.
#[derive(Clone, Default)]
pub(crate) struct Exports {
    pub(crate) options: Option<ComponentExportIndex>,
    pub(crate) entries: Option<ComponentExportIndex>,
    pub(crate) setup: Option<ComponentExportIndex>,
    pub(crate) run: Option<ComponentExportIndex>,
    pub(crate) teardown: Option<ComponentExportIndex>,
    pub(crate) handle_summary: Option<ComponentExportIndex>,
}

impl Template {
    pub(crate) fn new(
        runtime: &Runtime,
        guest: &Guest,
        folders: Folders,
    ) -> Result<Self, EngineError> {
        let linker = linker(runtime).map_err(EngineError::Runtime)?;
        let pre = linker.instantiate_pre(&guest.component).map_err(EngineError::World)?;
        let exports = Exports::of(&guest.component);
        let start = if guest.modules.is_some() { Start::InitEach } else { Start::Plain };
        let modules = guest.modules.clone();
        let bare = guest.bare.clone().map(Arc::new);
        let data = Arc::new(SharedData::new(folders));
        Ok(Self { pre, exports, modules, bare, data, start })
    }
}

impl Exports {
    fn of(component: &Component) -> Self {
        let find = |name: &str| component.get_export_index(None, name);
        Self {
            options: find("options"),
            entries: find("entries"),
            setup: find("setup"),
            run: find("run"),
            teardown: find("teardown"),
            handle_summary: find("handle-summary"),
        }
    }
}

/// Everything a guest may import: our interfaces, and WASI with nothing behind it but clocks,
/// random, output streams and the test's environment (see [`crate::capability::wasi`]).
fn linker(runtime: &Runtime) -> wasmtime::Result<Linker<VuState>> {
    let mut linker = Linker::new(runtime.wasmtime());
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    vu::http::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::metrics::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::checks::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::execution::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::data::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::timers::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::secrets::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::script::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::log::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    Ok(linker)
}
