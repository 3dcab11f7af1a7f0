//! Interface `log`: a guest's messages become log events with the VU, the iteration and the
//! scenario.

use std::fmt::Write as _;

use crate::bindings::squall::vu::log::{Host, Level};
use crate::state::VuState;

/// Longest message that is passed on, in bytes; the rest is cut off, and the message says so.
const MESSAGE_BYTES_MAX: usize = 16 << 10;

impl Host for VuState {
    fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        self.log(level, message);
        Ok(())
    }

    fn remark(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        let message = cut(message);
        match level {
            Level::Debug => tracing::debug!("{message}"),
            Level::Info => tracing::info!("{message}"),
            Level::Warn => tracing::warn!("{message}"),
            Level::Error => tracing::error!("{message}"),
        }
        Ok(())
    }
}

fn cut(mut message: String) -> String {
    if message.len() > MESSAGE_BYTES_MAX {
        let mut end = MESSAGE_BYTES_MAX;
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        let cut_bytes = message.len() - end;
        message.truncate(end);
        let _ = write!(message, " [{cut_bytes} more bytes cut off]");
    }
    message
}

impl VuState {
    /// Writes to squall's log for this VU.
    pub(crate) fn log(&self, level: Level, message: String) {
        let message = cut(message);
        let vu = self.ids().in_instance;
        let iteration = self.iteration().in_instance;
        let scenario = self.scenario_name();
        match level {
            Level::Debug => {
                tracing::debug!(target: "squall::vu", vu, iteration, scenario, "{message}");
            }
            Level::Info => {
                tracing::info!(target: "squall::vu", vu, iteration, scenario, "{message}");
            }
            Level::Warn => {
                tracing::warn!(target: "squall::vu", vu, iteration, scenario, "{message}");
            }
            Level::Error => {
                tracing::error!(target: "squall::vu", vu, iteration, scenario, "{message}");
            }
        }
    }
}
