//! A real server for tests: nginx with a configuration of the test's own, on free ports of
//! loopback, in a temporary folder, until it is dropped.
//!
//! nginx is asked for by name; where it is not installed there is none, and the test says so.
//! `NGINX_REQUIRED=1` makes that a failure.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long nginx may take to listen.
const START_MAX: Duration = Duration::from_secs(10);
/// A free port may be taken by somebody else before nginx has it.
const TRIES_MAX: usize = 5;
/// Ports that a configuration may ask for.
const PORTS_MAX: usize = 100;
/// Where Debian has it; not in everybody's `PATH`.
const PROGRAMS: [&str; 3] = ["nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"];

/// A running nginx.
#[derive(Debug)]
pub struct Nginx {
    process: Child,
    folder: TempDir,
    ports: Vec<u16>,
}

/// Why there is no nginx.
#[derive(Debug, thiserror::Error)]
pub enum NginxError {
    /// The temporary folder or the process could not be made.
    #[error("nginx could not be started")]
    Io(#[from] io::Error),
    /// It ended at once, or does not listen.
    #[error("nginx does not run: {log}")]
    Ended {
        /// What it said.
        log: String,
    },
    /// There is none, and `NGINX_REQUIRED` is set.
    #[error("nginx is not installed, and NGINX_REQUIRED is set")]
    Missing,
}

impl Nginx {
    /// Starts nginx with `http` as the contents of its `http` block. In it `{port0}`, `{port1}`
    /// and so on are free ports, and `{folder}` is a folder with `files` (names and contents).
    /// `None` when nginx is not installed.
    pub fn start(http: &str, files: &[(&str, &[u8])]) -> Result<Option<Self>, NginxError> {
        let Some(program) = installed() else {
            if std::env::var_os("NGINX_REQUIRED").is_some_and(|value| value == "1") {
                return Err(NginxError::Missing);
            }
            drop(writeln!(io::stderr(), "nginx is not installed: what needs it is not tested"));
            return Ok(None);
        };
        let mut tries = 1;
        loop {
            match Self::start_once(program, http, files) {
                Err(NginxError::Ended { log })
                    if log.contains("Address already in use") && tries < TRIES_MAX =>
                {
                    tries += 1;
                }
                other => return other.map(Some),
            }
        }
    }

    fn start_once(program: &str, http: &str, files: &[(&str, &[u8])]) -> Result<Self, NginxError> {
        let folder = tempfile::Builder::new().prefix("squall-nginx-").tempdir()?;
        for (name, contents) in files {
            std::fs::write(folder.path().join(name), contents)?;
        }
        let is_used = |number: &usize| http.contains(&placeholder(*number));
        let count = (0..PORTS_MAX).take_while(is_used).count();
        let ports = free_ports(count)?;
        let mut http = http.replace("{folder}", &folder.path().display().to_string());
        for (number, port) in ports.iter().enumerate() {
            http = http.replace(&placeholder(number), &port.to_string());
        }
        let log = folder.path().join("error.log");
        let configuration = folder.path().join("nginx.conf");
        std::fs::write(&configuration, whole(folder.path(), &http))?;
        let process = Command::new(program)
            .arg("-e")
            .arg(&log)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut nginx = Self { process, folder, ports };
        nginx.wait_until_it_listens(&log)?;
        Ok(nginx)
    }

    fn wait_until_it_listens(&mut self, log: &Path) -> Result<(), NginxError> {
        let start = Instant::now();
        loop {
            let ended = self.process.try_wait()?.is_some();
            if ended || start.elapsed() > START_MAX {
                let log = std::fs::read_to_string(log).unwrap_or_default();
                return Err(NginxError::Ended { log });
            }
            let listens = |&port: &u16| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
            if self.ports.iter().all(listens) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The address behind `{portN}`.
    pub fn address(&self, number: usize) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.ports[number]))
    }

    /// A URL of the server behind `{portN}`, by name, with TLS.
    pub fn https_url(&self, number: usize, path: &str) -> String {
        format!("https://localhost:{}{path}", self.ports[number])
    }

    /// A file of its folder, such as a log that the configuration names.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn installed() -> Option<&'static str> {
    PROGRAMS.into_iter().find(|program| {
        let mut version = Command::new(program);
        version.arg("-v").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    })
}

fn placeholder(number: usize) -> String {
    format!("{{port{number}}}")
}

fn free_ports(count: usize) -> io::Result<Vec<u16>> {
    // All are held until all are known, so that they differ.
    let bind = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listeners: Vec<_> = (0..count).map(bind).collect::<Result<_, _>>()?;
    listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}

fn whole(folder: &Path, http: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\n\
         error_log {folder}/error.log info;\nworker_rlimit_nofile 1024;\n\
         events {{ worker_connections 512; }}\n\
         http {{\n  access_log off;\n  client_body_temp_path {folder}/body;\n  \
         proxy_temp_path {folder}/proxy;\n  fastcgi_temp_path {folder}/fastcgi;\n  \
         uwsgi_temp_path {folder}/uwsgi;\n  scgi_temp_path {folder}/scgi;\n{http}\n}}\n"
    )
}
