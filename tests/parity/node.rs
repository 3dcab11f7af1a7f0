//! The odd answers of `odd_server.cjs`, by Node.js, until it is dropped.
//!
//! Where there is no `node`, the scripts that need it are left out; `NODE_REQUIRED=1` makes that a
//! failure.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use squall_test_support::Issued;
use tempfile::TempDir;

/// The servers.
pub(crate) struct Node {
    process: Child,
    ports: Value,
    /// Holds the certificate for as long as it is read.
    _folder: TempDir,
}

impl Node {
    pub(crate) fn start(issued: &Issued) -> Option<Self> {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/parity/odd_server.cjs");
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("server.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, &issued.cert_pem).unwrap();
        std::fs::write(&key, &issued.key_pem).unwrap();
        let mut command = Command::new("node");
        command.arg(program).args([&certificate, &key]);
        // It ends when the pipe to it does, whatever becomes of this process.
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut process) = spawned else {
            assert!(!crate::is_set("NODE_REQUIRED"), "there is no node, and NODE_REQUIRED is set");
            crate::say("parity: there is no node: what needs it is not compared");
            return None;
        };
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ports = serde_json::from_str(&line).unwrap();
        Some(Self { process, ports, _folder: folder })
    }

    /// The URL of one of its servers, without `/` at the end.
    pub(crate) fn url(&self, scheme: &str, server: &str) -> String {
        format!("{scheme}://127.0.0.1:{}", self.ports[server])
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
