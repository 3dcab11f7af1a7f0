//! `squall demo` and `squall new`: what somebody who has nothing but squall begins with.

use std::ffi::OsStr;
use std::fs;

use squall_test_support::{Config, TestServer};

use crate::k6::{self, checks};
use crate::squall::{Done, Squall};

#[test]
fn the_demo_needs_nothing_but_squall() {
    let done = Squall::new("demo").args(&["--duration", "2s", "--vus", "4"]).done();
    done.expect_code(0);
    for words in [
        "A little shop listens on http://127.0.0.1:",
        "script: demo.js",
        "4 looping VUs for 2s",
        "product has a price",
        "'rate<0.01' rate=0.00%",
        "squall new script.js",
        "squall run script.js",
    ] {
        done.expect_said(words);
    }
}

#[test]
fn the_demo_is_as_long_and_as_large_as_its_script_says() {
    // What it would do is in the banner; ten seconds are not needed to see that.
    let done = Squall::new("demo").env("SQUALL_DURATION", "1s").done();
    done.expect_code(0).expect_said("10 looping VUs for 1s");
    let script = Squall::new("demo").arg("--print").done();
    script.expect_code(0).expect_said("duration: '10s'");
    assert!(script.stderr.is_empty(), "{}", script.said());
}

#[test]
fn a_quiet_demo_says_only_its_summary() {
    let done = Squall::new("demo").args(&["--quiet", "-d", "1s", "-u", "2"]).done();
    done.expect_code(0).expect_said("http_req_duration");
    assert!(done.stderr.is_empty(), "{}", done.said());
}

#[test]
fn flags_of_the_demo_are_checked() {
    let done = Squall::new("demo").args(&["--vus", "many"]).done();
    done.expect_code(255).expect_said("`many` for `--vus`");
}

/// Writes a script from a template, and gives it back with its folder.
fn new(template: &str, file: &str) -> Done {
    let done = Squall::new("new").args(&["--template", template, file]).done();
    done.expect_code(0).expect_said(&format!("New script created: {file}"));
    done
}

#[test]
fn every_template_runs_as_it_is() {
    let server = TestServer::start(Config::default()).unwrap();
    let url = server.url("");
    for (template, file) in
        [("minimal", "a.js"), ("protocol", "b.js"), ("typescript", "c.ts"), ("minimal", "d.ts")]
    {
        let written = new(template, file);
        let (target, base) = (format!("TARGET={url}"), format!("BASE_URL={url}"));
        let args = ["-e", &target, "-e", &base, "-u", "2", "-i", "4"];
        let path = written.path(file);
        let done = Squall::run_file(&path).args(&args).done();
        done.expect_code(0);
        assert_eq!(done.figure("iterations", "count"), 4.0, "{template}: {}", done.said());
        assert!(done.figure("checks", "passes") >= 4.0, "{template}: {}", done.said());
        assert_eq!(done.figure("checks", "fails"), 0.0, "{template}: {}", done.said());
        assert!(!done.stderr.contains("level=warning"), "{}", done.said());
        let about = format!("the template {template}");
        if let Some(k6) =
            k6::run(&about, [path.as_os_str()].into_iter().chain(args.map(OsStr::new)))
        {
            assert_eq!(k6.code, 0, "{template}: {}", k6.said());
            assert_eq!(checks(&done.summary), checks(&k6.summary), "{template}: {}", k6.said());
        }
    }
}

#[test]
fn nothing_is_overwritten_unless_asked_for() {
    let command = Squall::new("new");
    fs::write(command.path("script.js"), "mine").unwrap();
    let done = command.done();
    done.expect_code(255).expect_said("`script.js` is there already").expect_said("--force");
    assert_eq!(fs::read_to_string(done.path("script.js")).unwrap(), "mine");

    let command = Squall::new("new").arg("--force");
    fs::write(command.path("script.js"), "mine").unwrap();
    fs::write(command.path("squall.d.ts"), "mine too").unwrap();
    let done = command.done();
    done.expect_code(0).expect_said("npm install --save-dev @types/k6");
    assert!(fs::read_to_string(done.path("script.js")).unwrap().contains("export default"));
    assert_eq!(fs::read_to_string(done.path("squall.d.ts")).unwrap(), "mine too");
}

#[test]
fn an_unknown_template_is_answered_with_the_known_ones() {
    let done = Squall::new("new").args(&["--template", "nope"]).done();
    done.expect_code(255).expect_said("`minimal`, `protocol`, `typescript`");
    assert!(!done.path("script.js").exists());
}
