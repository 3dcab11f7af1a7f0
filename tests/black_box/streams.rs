//! `squall/http`: scripts that read responses while they come.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::squall::{Done, Squall};

const EVENTS: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n";

/// A server of one request a connection: `/events` says three events, 100 ms apart, and goes on
/// without saying anything; `/lines` is a body of 300 000 bytes; what else there is, is not found.
fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = BufReader::new(stream.try_clone()?).lines();
    let first = head.next().unwrap_or_else(|| Ok(String::new()))?;
    let mut last_id = "0".to_owned();
    for line in head.by_ref() {
        let line = line?;
        if let Some(id) = line.to_ascii_lowercase().strip_prefix("last-event-id: ") {
            id.clone_into(&mut last_id);
        }
        if line.is_empty() {
            break;
        }
    }
    if first.contains(" /events ") {
        stream.write_all(EVENTS.as_bytes())?;
        stream.write_all(b"retry: 1500\n: hello\n\n")?;
        let from: u32 = last_id.parse().unwrap_or(0);
        for id in from + 1..=from + 3 {
            std::thread::sleep(Duration::from_millis(100));
            write!(stream, "id: {id}\nevent: tick\ndata: n={id}\ndata: end\n\n")?;
        }
        // Until the client has had enough.
        std::io::Read::read(&mut stream, &mut [0])?;
        return Ok(());
    }
    if first.contains(" /lines ") {
        let body = "0123456789\n".repeat(300_000 / 11 + 1);
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        return Ok(());
    }
    stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
}

/// Runs a script of one iteration; `URL` is the server's.
fn script(body: &str) -> Done {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(|| serve(stream));
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    let text = format!(
        "import http, {{ open, events }} from 'squall/http';
         import {{ check, sleep }} from 'k6';
         import k6http from 'k6/http';
         const URL = '{url}';
         {body}"
    );
    std::fs::write(&path, text).unwrap();
    Squall::run_file(&path).args(&["--out", "json=samples.json"]).done()
}

#[test]
fn events_are_handed_over_as_they_come() {
    let done = script(
        "export default function () {
           const began = Date.now();
           const source = events(`${URL}/events`, { tags: { kind: 'sse' } });
           const first = source.next();
           const took = Date.now() - began;
           const told = Object.values(first).join('|').replace('\\n', '/');
           console.log('first', told, took >= 90 && took < 290);
           for (const event of source) {
             console.log('then', event.type, event.lastEventId);
             if (event.lastEventId === '3') break;
           }
           console.log('more', source.next({ timeout: '50ms' }), source.retry, source.status);
           const response = source.close();
           console.log('closed', response.status, response.error_code, response.body,
             response.headers['Content-Type'], source.next());
           const on = events(`${URL}/events`, { lastEventId: source.lastEventId });
           console.log('on', on.next().lastEventId);
         }",
    );
    done.expect_code(0)
        .expect_said("first tick|n=1/end|1 true")
        .expect_said("then tick 2")
        .expect_said("then tick 3")
        .expect_said("more undefined 1500 200")
        .expect_said("closed 200 0 null text/event-stream; charset=utf-8 null")
        .expect_said("on 4");
    // The second one was not closed by the script.
    assert!(done.figure("http_reqs", "count") >= 2.0);
    assert!(done.figure("http_req_receiving", "max") > 190.0);
}

#[test]
fn the_vu_goes_on_while_it_waits_for_events() {
    let done = script(
        "export default async function () {
           let ticks = 0;
           const timer = setInterval(() => { ticks += 1; }, 20);
           const source = http.events(`${URL}/events`);
           const seen = [];
           for await (const event of source) {
             seen.push(event.lastEventId);
             if (seen.length === 3) break;
           }
           const waiting = source.nextAsync();
           const other = await k6http.asyncRequest('GET', `${URL}/missing`);
           source.close();
           clearInterval(timer);
           console.log('seen', seen.join(), ticks >= 5, other.status, await waiting);
         }",
    );
    done.expect_code(0).expect_said("seen 1,2,3 true 404 null");
}

#[test]
fn bodies_are_read_in_pieces() {
    let done = script(
        "export default async function () {
           let bytes = 0;
           let pieces = 0;
           const stream = open('GET', `${URL}/lines`);
           for (const piece of stream) {
             bytes += piece.byteLength;
             pieces += 1;
           }
           const response = stream.close();
           console.log('sync', stream.status, bytes, pieces > 1, response.timings.duration > 0);
           const small = open('GET', `${URL}/lines`);
           const { byteLength } = small.read({ bytesMax: 7 });
           console.log('small', byteLength, small.headers['Content-Length']);
           let rest = 7;
           for await (const piece of small) rest += piece.byteLength;
           console.log('async', rest, await small.readAsync());
         }",
    );
    done.expect_code(0)
        .expect_said("sync 200 300003 true true")
        .expect_said("small 7 300003")
        .expect_said("async 300003 null");
    assert_eq!(done.figure("http_reqs", "count"), 2.0);
}

#[test]
fn what_is_no_stream_of_events_says_so() {
    let done = script(
        "export default function () {
           const source = events(`${URL}/missing`);
           console.log('missing', source.status, source.next(), source.close().error_code);
           const refused = events('http://127.0.0.1:1/');
           console.log('refused', refused.status, refused.next(), refused.close().error_code);
           try { open('GET', 'no url'); } catch (error) { console.log('caught', error.message); }
           try { events(`${URL}/events`).next({ timeout: 'soon' }); }
           catch (error) { console.log('caught', error.message); }
         }",
    );
    done.expect_code(0)
        .expect_said("missing 404 null 1404")
        .expect_said("refused 0 null 1212")
        .expect_said(r#"caught invalid timeout value: time: invalid duration \"soon\""#);
}

#[test]
fn nothing_is_opened_while_a_script_is_loaded() {
    let done = script("open('GET', URL); export default function () {}");
    done.expect_code(107).expect_said("init context");
}
