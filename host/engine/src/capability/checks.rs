//! Interface `checks`: checks and groups.

use std::rc::Rc;

use squall_metrics::GroupId;

use crate::bindings::squall::vu::checks::Host;
use crate::clock;
use crate::recording::CheckEntry;
use crate::state::VuState;

/// What separates the parts of a group's path, and may not stand in a name.
const SEPARATOR: &str = "::";

fn refuse_separator(name: &str) -> Result<(), String> {
    if name.contains(SEPARATOR) {
        return Err(format!("group and check names may not contain '::', but `{name}` does"));
    }
    Ok(())
}

impl Host for VuState {
    fn register(&mut self, name: String) -> wasmtime::Result<Result<u32, String>> {
        if let Err(error) = refuse_separator(&name) {
            return Ok(Err(error));
        }
        let known = self.checks.iter().position(|check| check.name == name);
        Ok(Ok(known.unwrap_or_else(|| {
            self.checks.push(Rc::new(CheckEntry::new(name)));
            self.checks.len() - 1
        }) as u32))
    }

    fn record(&mut self, check: u32, passed: bool, tags: u32) -> wasmtime::Result<()> {
        self.require_running("a check")?;
        let (context, local) = (self.context(), self.local());
        let Some(check) = self.checks.get(check as usize) else {
            return Err(wasmtime::Error::msg(format!("check number {check} was never registered")));
        };
        let Some(own) = self.own_tags(tags) else {
            return Err(wasmtime::Error::msg(format!("tag set number {tags} was never made")));
        };
        let base = local.base_tags(&context);
        context
            .recording
            .check(&local, &base, check, (tags, own), passed)
            .map_err(|error| wasmtime::Error::msg(error.to_string()))
    }

    fn group_start(&mut self, name: String) -> wasmtime::Result<Result<(), String>> {
        self.require_running("a group")?;
        let (context, local) = (self.context(), self.local());
        let parent: GroupId = local.base_tags(&context).group;
        Ok(match context.recording.enter_group(parent, &name) {
            Ok(group) => {
                local.enter_group(group, clock::now_ns());
                Ok(())
            }
            Err(error) => Err(error.to_string()),
        })
    }

    fn group_end(&mut self) -> wasmtime::Result<()> {
        let context = self.context();
        self.local().end_group(&context, clock::now_ns());
        Ok(())
    }
}
