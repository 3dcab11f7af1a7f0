//! The server that is loaded: nginx with a configuration of its own, or the test server of this
//! project.
//!
//! Both answer `GET /` with two bytes, keep connections open and log nothing. The server is ended
//! when the value is dropped.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use squall_test_support::{Config, TestServer};
use tempfile::TempDir;

use super::args::ServerChoice;
use super::machine::Placement;
use super::process::Guarded;

/// Where nginx is: in the path, or where Debian puts it outside of most users' path.
const NGINX: [&str; 2] = ["nginx", "/usr/sbin/nginx"];

/// Tries to find a free port: between looking and taking, another program may take it.
const PORTS_MAX: u32 = 5;

/// Time for nginx to answer its first request.
const START_MAX: Duration = Duration::from_secs(10);

/// A server on loopback.
#[derive(Debug)]
pub struct Server {
    name: String,
    address: SocketAddr,
    http2_address: Option<SocketAddr>,
    _running: Running,
}

#[derive(Debug)]
enum Running {
    // Ended before its folder goes.
    Nginx { _child: Guarded, _folder: TempDir },
    Own { _server: Box<TestServer> },
}

impl Server {
    /// Starts the server that was chosen, on the cores of this thread.
    pub fn start(choice: ServerChoice, placement: &Placement) -> anyhow::Result<Self> {
        let workers = placement.server_cores_count();
        match (choice, nginx_version()) {
            (ServerChoice::Own, _) | (ServerChoice::Auto, None) => Self::own(workers),
            (_, Some((program, version))) => Self::nginx(program, &version, workers),
            (ServerChoice::Nginx, None) => {
                bail!("nginx is missing: install the Debian package `nginx-light`")
            }
        }
    }

    /// What it is, with its version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL that is loaded.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The URL that is loaded by HTTP/2 without TLS, where the server can do that.
    pub fn http2_url(&self) -> Option<String> {
        self.http2_address.map(|address| format!("http://{address}/"))
    }

    fn own(workers: u32) -> anyhow::Result<Self> {
        let config = Config { threads: workers as usize, ..Config::default() };
        let server = TestServer::start(config).context("the test server could not be started")?;
        let address = server.address(squall_test_support::Listener::Plain);
        let running = Running::Own { _server: Box::new(server) };
        let name = "the test server".to_owned();
        Ok(Self { name, address, http2_address: None, _running: running })
    }

    fn nginx(program: &str, version: &str, workers: u32) -> anyhow::Result<Self> {
        let mut attempt = 1;
        loop {
            match Self::try_nginx(program, version, workers) {
                Err(_) if attempt < PORTS_MAX => attempt += 1,
                result => return result,
            }
        }
    }

    fn try_nginx(program: &str, version: &str, workers: u32) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("squall-compare-")
            .tempdir()
            .context("a temporary folder for nginx could not be made")?;
        let [address, http2_address] = free_ports().context("no free port was found")?;
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, nginx_config(address, http2_address, workers))
            .with_context(|| format!("`{}` could not be written", config.display()))?;
        let log = folder.path().join("error.log");
        let mut command = Command::new(program);
        command.arg("-p").arg(folder.path()).arg("-c").arg(&config).arg("-e").arg(&log);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = Guarded::spawn(&mut command)?;
        let started = Instant::now();
        while !answers(address) {
            if child.has_ended()? || started.elapsed() > START_MAX {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                bail!("nginx did not start on {address}: {}", said.trim());
            }
            thread::sleep(Duration::from_millis(10));
        }
        let running = Running::Nginx { _child: child, _folder: folder };
        let (name, http2_address) = (version.to_owned(), Some(http2_address));
        Ok(Self { name, address, http2_address, _running: running })
    }
}

/// The program and the version of nginx, if it is installed.
fn nginx_version() -> Option<(&'static str, String)> {
    NGINX.into_iter().find_map(|program| {
        let output = Command::new(program).arg("-v").stdin(Stdio::null()).output().ok()?;
        // It says `nginx version: nginx/1.22.1`, on standard error.
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let version = said.lines().next()?.rsplit(": ").next()?.trim().to_owned();
        Some((program, version))
    })
}

fn nginx_config(address: SocketAddr, http2_address: SocketAddr, workers: u32) -> String {
    // Paths are relative to the folder that `-p` names. Keep-alive is without end, for else
    // connections would be made anew every 1 000 requests, and that would be measured too.
    format!(
        "worker_processes {workers};
daemon off;
pid nginx.pid;
worker_rlimit_nofile 65536;
events {{ worker_connections 32768; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {{
        listen {address} backlog=16384;
        listen {http2_address} http2;
        location / {{ return 200 \"ok\"; }}
    }}
}}
"
    )
}

fn free_ports() -> std::io::Result<[SocketAddr; 2]> {
    // Both are held while the second is looked for, so that they are not the same.
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let (first, second) = (listen()?, listen()?);
    Ok([first.local_addr()?, second.local_addr()?])
}

/// Whether a request is answered with 200.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200 "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_answers_while_it_lives() {
        let placement = Placement::new(false).unwrap();
        // With nginx where it is installed, without it where it is not.
        for choice in [ServerChoice::Own, ServerChoice::Auto] {
            let server = Server::start(choice, &placement).unwrap();
            let address = server.address;
            assert!(answers(address), "{}", server.name());
            assert_eq!(server.url(), format!("http://{address}/"));
            drop(server);
            assert!(!answers(address));
        }
    }
}
