//! Interface `checks`: checks and groups.

use std::rc::Rc;

use squall_metrics::{GroupId, check_name};

use crate::bindings::squall::vu::checks::Host;
use crate::clock;
use crate::recording::CheckEntry;
use crate::state::VuState;

impl Host for VuState {
    fn register(&mut self, name: String) -> wasmtime::Result<Result<u32, String>> {
        if let Err(error) = check_name(&name) {
            return Ok(Err(error.to_string()));
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
        context.recording.check(&local, &base, check, (tags, own), passed);
        Ok(())
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
