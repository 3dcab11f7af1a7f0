//! From a compiled component to a template that VUs are instantiated from.

use std::sync::Arc;

use wasmtime::component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker};

use super::Runtime;
use crate::bindings::squall::vu;
use crate::capability::script::Modules;
use crate::error::EngineError;
use crate::memory::image::MemoryImage;
use crate::state::VuState;

/// A component, ready to become VUs.
#[derive(Clone)]
pub struct Guest {
    /// The component.
    pub component: Component,
    /// How its VUs are made of a memory image, if they can be.
    pub twin: Option<Twin>,
    /// The modules of the script, when the component is a script engine.
    pub modules: Option<Arc<dyn Modules>>,
}

/// The same component without what instantiation does to a memory; see `squall_script::twins`.
#[derive(Clone)]
pub struct Twin {
    /// The twin.
    pub component: Component,
    /// Export of the original that says whether mutable globals have changed.
    pub globals_changed_export: &'static str,
}

impl Guest {
    /// A compiled guest.
    pub fn compiled(component: Component) -> Self {
        Self { component, twin: None, modules: None }
    }
}

/// What VUs are instantiated from: imports are resolved, and init is done where it can be done
/// once.
#[derive(Clone)]
pub struct Template {
    pub(crate) pre: InstancePre<VuState>,
    pub(crate) exports: Exports,
    pub(crate) modules: Option<Arc<dyn Modules>>,
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
    pub(crate) fn new(runtime: &Runtime, component: &Component) -> Result<Self, EngineError> {
        let linker = linker(runtime).map_err(EngineError::Runtime)?;
        let pre = linker.instantiate_pre(component).map_err(EngineError::World)?;
        let exports = Exports::of(component);
        Ok(Self { pre, exports, modules: None, start: Start::Plain })
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
    vu::script::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    vu::log::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    Ok(linker)
}
