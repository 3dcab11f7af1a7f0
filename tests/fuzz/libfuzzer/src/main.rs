//! One program for all targets: `SQUALL_FUZZ_TARGET` says which. With `SQUALL_FUZZ_SEEDS=DIR` it
//! writes the seeds of every target to DIR/TARGET/ and ends.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

/// Name, body, seeds.
type Target = (&'static str, fn(&[u8]), &'static [&'static [u8]]);

fn targets() -> impl Iterator<Item = &'static Target> {
    [squall_net::fuzz::TARGETS, squall_web::fuzz::TARGETS, squall_event_stream::fuzz::TARGETS]
        .into_iter()
        .flatten()
}

static BODY: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let wanted = std::env::var("SQUALL_FUZZ_TARGET").expect("SQUALL_FUZZ_TARGET names a target");
    let found = targets().find(|(name, ..)| *name == wanted);
    found.unwrap_or_else(|| panic!("no target is called `{wanted}`")).1
});

fn write_seeds(folder: &Path) -> std::io::Result<()> {
    for (name, _, seeds) in targets() {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
    }
    Ok(())
}

fuzz_target!(
    init: {
        if let Some(folder) = std::env::var_os("SQUALL_FUZZ_SEEDS") {
            write_seeds(Path::new(&folder)).expect("the seeds can be written");
            std::process::exit(0);
        }
    },
    |input: &[u8]| BODY(input)
);
