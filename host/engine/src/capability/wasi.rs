//! WASI for guests that their toolchains link to it: clocks, random numbers, output streams that
//! end in the log, and the environment of the test. No files, no sockets, no arguments.
//!
//! Most small guests link WASI and never call it, so its state is made on the first call.

use std::collections::BTreeMap;

use bytes::Bytes;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::state::VuState;

/// Longest line that is kept together, in bytes; longer ones are logged in pieces.
const LINE_BYTES_MAX: usize = 16 << 10;

impl WasiView for VuState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        if self.wasi.is_none() {
            self.wasi = Some(Box::new(make(self.ids().in_instance, &self.environment())));
        }
        let ctx = self.wasi.as_mut().unwrap_or_else(|| unreachable!("it was made above"));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

fn make(vu: u64, environment: &BTreeMap<String, String>) -> WasiCtx {
    let environment: Vec<_> = environment.iter().collect();
    WasiCtx::builder()
        .envs(&environment)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .stdout(LogStream { vu, is_error: false })
        .stderr(LogStream { vu, is_error: true })
        .build()
}

/// A standard stream of a guest: every line is a log message, `stdout` at level info, `stderr` at
/// level warn.
#[derive(Clone, Copy)]
struct LogStream {
    vu: u64,
    is_error: bool,
}

impl IsTerminal for LogStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for LogStream {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this form, which is not linked.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(LineLogger { stream: *self, line: Vec::new() })
    }
}

struct LineLogger {
    stream: LogStream,
    line: Vec<u8>,
}

impl LineLogger {
    fn log_line(&mut self) {
        let line = String::from_utf8_lossy(&self.line);
        let vu = self.stream.vu;
        if self.stream.is_error {
            tracing::warn!(target: "squall::vu", vu, "{line}");
        } else {
            tracing::info!(target: "squall::vu", vu, "{line}");
        }
        self.line.clear();
    }
}

impl OutputStream for LineLogger {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        for byte in bytes {
            if byte == b'\n' || self.line.len() == LINE_BYTES_MAX {
                self.log_line();
            }
            if byte != b'\n' {
                self.line.push(byte);
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        if !self.line.is_empty() {
            self.log_line();
        }
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LINE_BYTES_MAX)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for LineLogger {
    async fn ready(&mut self) {}
}

impl Drop for LineLogger {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.log_line();
        }
    }
}
