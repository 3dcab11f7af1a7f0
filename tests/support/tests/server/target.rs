//! The program `squall-target`: its one line, its record over HTTP, its end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

struct Running {
    child: Child,
    line: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_squall-target"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn start(arguments: &[&str]) -> Running {
    let mut child = command(arguments).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Running { child, line }
}

fn fails(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

fn request(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let close = "HTTP/1.1\r\nconnection: close\r\n\r\n";
    stream.write_all(format!("{request} {close}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_says_where_it_is_records_and_stops_with_its_input() {
    let mut running = start(&["--until-stdin-closes", "--duration-max-s", "60"]);
    let words: Vec<&str> = running.line.split_whitespace().collect();
    assert_eq!(words[0], "listening");
    let address = words[1].strip_prefix("http://").unwrap().to_owned();
    assert!(words[2].starts_with("https=https://127.0.0.1:"));
    assert!(words[3].starts_with("h2c=http://127.0.0.1:"));
    assert!(words[4].starts_with("ca=/") || words[4].starts_with("ca="));

    assert!(request(&address, "GET /").ends_with("\r\n\r\nok"));
    assert!(request(&address, "GET /__arrivals").contains(r#""total":1,"#));
    assert!(request(&address, "POST /__reset").starts_with("HTTP/1.1 204 "));
    assert!(request(&address, "GET /__arrivals").contains(r#""total":0,"#));

    drop(running.child.stdin.take());
    assert!(running.child.wait().unwrap().success());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn it_stops_by_itself() {
    let mut running = start(&["--duration-max-s", "0"]);
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn bad_arguments_are_explained() {
    assert!(fails(&["--addr", "0.0.0.0:0"]).contains("not a loopback address"));
    assert!(fails(&["--freeze-ms", "10"]).contains("--freeze-every-ms"));
    assert!(
        fails(&["--freeze-ms", "10", "--freeze-every-ms", "5"]).contains("less than its period")
    );
}
