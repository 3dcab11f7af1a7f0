//! Scripts that misbehave or say what is odd, and what becomes of the VUs beside them. What scripts
//! share with k6 is in `tests/parity`.

use crate::squall::{Done, Squall};

/// Runs a script, given as text.
fn script(text: &str, args: &[&str]) -> Done {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    std::fs::write(&path, text).unwrap();
    Squall::run_file(&path).args(args).done()
}

/// An offender that runs once, beside a neighbour that iterates 50 times on the same worker.
fn beside_a_healthy_one(offence: &str, args: &[&str]) -> Done {
    let text = format!(
        "import {{ sleep }} from 'k6';
         import {{ Counter }} from 'k6/metrics';
         const healthy = new Counter('healthy');
         export const options = {{
           scenarios: {{
             offender: {{ executor: 'per-vu-iterations', exec: 'offend', maxDuration: '20s' }},
             neighbour: {{ executor: 'per-vu-iterations', exec: 'live', iterations: 50 }},
           }},
         }};
         export function offend() {{ {offence} }}
         export function live() {{ healthy.add(1); sleep(0.01); }}"
    );
    let done = script(&text, &[&["--workers", "1"], args].concat());
    assert_eq!(done.figure("healthy", "count"), 50.0, "{}", done.said());
    done
}

#[test]
fn an_endless_loop_is_ended() {
    let done = beside_a_healthy_one("while (true) {}", &["--cpu-max", "300ms"]);
    done.expect_code(0).expect_said("CPU limit reached");
    assert_eq!(done.figure("iteration_errors", "count"), 1.0);
}

#[test]
fn a_regular_expression_that_never_ends_is_ended() {
    let offence = "/(a+)+$/.test('a'.repeat(60) + 'b');";
    let done = beside_a_healthy_one(offence, &["--cpu-max", "300ms"]);
    done.expect_code(0).expect_said("CPU limit reached");
}

#[test]
fn too_much_memory_is_an_exception_with_its_place() {
    let offence = "let text = 'x'.repeat(200e6); text += 'y';";
    let done = beside_a_healthy_one(offence, &["--memory-max", "64MiB"]);
    done.expect_code(0).expect_said("out of memory").expect_said("at offend (file:");
    assert_eq!(done.figure("iteration_errors", "count"), 1.0);
}

#[test]
fn deep_recursion_is_a_range_error() {
    let text = "let depth = 0;
        function down() { depth += 1; down(); }
        export default function () {
          try { down(); } catch (error) { console.log(error.name, depth > 500); }
        }";
    script(text, &[]).expect_code(0).expect_said("RangeError true");
}

#[test]
fn init_code_that_differs_by_vu_runs_in_each() {
    let text = "const id = __VU;
        export const options = { vus: 3, iterations: 30 };
        export default function () {
          if (id !== __VU) { throw new Error(`init saw ${id} in ${__VU}`); }
        }";
    let done = script(text, &["--workers", "1"]);
    done.expect_code(0).expect_said("each VU runs the script's init code by itself");
    done.expect_said("it reads __VU");
    assert_eq!(done.figure("iterations", "count"), 30.0);
    assert!(!done.said().contains("init saw"), "{}", done.said());
}

#[test]
fn init_code_runs_once_otherwise() {
    let text = "console.log('init');
        export const options = { vus: 5, iterations: 5 };
        export function setup() {}
        export default function () {}
        export function handleSummary() { return {}; }";
    let done = script(text, &[]);
    done.expect_code(0);
    assert_eq!(done.said().matches("msg=init").count(), 1, "{}", done.said());
}

#[test]
fn random_numbers_differ_between_vus_and_seeds_fix_them() {
    let text = "import { randomSeed } from 'k6';
        export const options = { vus: 2, iterations: 2,
          scenarios: undefined };
        export default function () {
          const own = Math.random();
          randomSeed(7);
          console.log('own', own, 'seeded', Math.random());
        }";
    let done = script(text, &["-u", "2", "-i", "2"]);
    done.expect_code(0);
    let said = done.said();
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("own 0.")).collect();
    let word = |line: &str, at: usize| {
        let words: Vec<&str> = line.split("own ").nth(1).unwrap().split(' ').collect();
        words[at].trim_end_matches('"').to_owned()
    };
    assert_eq!(lines.len(), 2, "{said}");
    assert_ne!(word(lines[0], 0), word(lines[1], 0));
    assert_eq!(word(lines[0], 2), word(lines[1], 2));
}

#[test]
fn what_cannot_start_says_where_and_exits_107() {
    for (text, said) in [
        ("export default function () {\n  const a = ;\n}", "script.js:2:13"),
        ("import x from './missing.js';\nexport default function () {}", "missing.js"),
        ("import _ from 'lodash';\nexport default function () {}", "lodash"),
        ("null.x;\nexport default function () {}", "script.js:1:"),
    ] {
        script(text, &[]).expect_code(107).expect_said(said);
    }
}

#[test]
fn an_import_that_k6_has_not_is_told_once() {
    let text = "import { chek, group } from 'k6';
        const differs = __VU;
        export const options = { vus: 2, iterations: 2 };
        export default function () { console.log(typeof chek, typeof group); }";
    let done = script(text, &[]);
    done.expect_code(0).expect_said("undefined function");
    let told = "`chek` is imported from 'k6', which exports no such thing";
    assert_eq!(done.said().matches(told).count(), 1, "{}", done.said());
}

#[test]
fn typescript_errors_name_the_line_that_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.ts");
    let text = "interface Row {\n  id: number;\n}\n\nenum Kind { A, B }\n\n\
        export default function (): void {\n  const row: Row = { id: Kind.B };\n  \
        throw new Error(`row ${row.id}`);\n}\n";
    std::fs::write(&path, text).unwrap();
    let done = Squall::run_file(&path).done();
    done.expect_code(0).expect_said("Error: row 1").expect_said("script.ts:9:");
}

#[test]
fn secrets_are_blotted_out() {
    let text = "import secrets from 'k6/secrets';
        export default async function () {
          const value = await secrets.get('token');
          console.log('length', value.length, 'value', value);
        }";
    let done = script(text, &["--secret-source", "mock=token=hunter2"]);
    done.expect_code(0).expect_said("length 7 value ***SECRET_REDACTED***");
    assert!(!done.said().contains("hunter2"), "{}", done.said());
}

#[test]
fn a_script_may_be_piped_in() {
    use std::io::Write as _;
    use std::process::Stdio;

    let mut command = Squall::new("run").args(&["-q", "-"]).command();
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"export default function () { console.log('from stdin'); }").unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("from stdin"));
}

/// Copies of the image's pages are what a VU costs: 16 KB of them when this was written, 52 KB when
/// what VUs write to was spread over the heap.
#[test]
#[cfg(target_os = "linux")]
fn a_vu_writes_to_few_pages_of_the_image() {
    use std::time::Duration;

    use rustix::process::Signal;
    use squall_test_support::{Config, TestServer};

    const WRITTEN_KB_MAX: u64 = 32;
    let text = "import http from 'k6/http';
        import { check, sleep } from 'k6';
        export default function () {
          const response = http.get(__ENV.TARGET);
          check(response, { 'status is 200': (r) => r.status === 200 });
          http.get(__ENV.TARGET);
          sleep(60);
        }";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("script.js");
    std::fs::write(&path, text).unwrap();
    let server = TestServer::start(Config::default()).unwrap();
    let running =
        Squall::run_file(&path).against(&server).args(&["--vus", "4", "--duration", "60s"]).start();
    assert!(server.wait_for_arrivals(8, Duration::from_mins(1)));
    let written_kb = written_kb(running.pid());
    running.signal(Signal::INT);
    running.wait().expect_code(105);
    assert_eq!(written_kb.len(), 4);
    assert!(written_kb.iter().all(|kb| *kb <= WRITTEN_KB_MAX), "{written_kb:?}");
}

/// For each mapping of an image, how much of it the process has copies of.
#[cfg(target_os = "linux")]
fn written_kb(pid: u32) -> Vec<u64> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/smaps")).unwrap();
    let mut is_image = false;
    let mut written_kb = Vec::new();
    for line in maps.lines() {
        // Of a mapping's lines only the first begins with an address.
        if line.split(' ').next().is_some_and(|word| word.contains('-') && !word.contains(':')) {
            is_image = line.contains("squall-image");
        } else if let Some(kb) = line.strip_prefix("Anonymous:").filter(|_| is_image) {
            written_kb.push(kb.trim().trim_end_matches(" kB").parse().unwrap());
        }
    }
    written_kb
}
