//! From a compiled component to a template that VUs are instantiated from.

use wasmtime::component::{Component, ComponentExportIndex, HasSelf, InstancePre, Linker};

use super::Runtime;
use crate::bindings::squall::vu;
use crate::error::EngineError;
use crate::state::VuState;

/// A component with its imports resolved: instantiating it checks nothing again.
pub(crate) struct Template {
    pub(crate) pre: InstancePre<VuState>,
    pub(crate) exports: Exports,
}

/// Which exports of world `vu` a component has, and where.
#[derive(Default)]
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
        Ok(Self { pre, exports: Exports::of(component) })
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
    vu::log::add_to_linker::<_, HasSelf<VuState>>(&mut linker, |state| state)?;
    Ok(linker)
}
