//! Short, reproducible fuzzing: what `cargo xtask test` does with every fuzz target.
//!
//! A crate that reads bytes which others wrote has a module `fuzz` with a table of targets: a name
//! and a function that panics when a promise does not hold for its input. [`smoke_tests`] makes a
//! test of each. Inputs are the target's seeds, in `seeds/NAME/`, and what `mutate` makes of them:
//! always the same, so that a failure comes again. `cargo xtask fuzz` runs the same functions for
//! longer, led by coverage; see CONTRIBUTING.md.

mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use mutate::Mutator;

/// A name, which is also that of the folder with its seeds, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Inputs a target, seeds included.
const INPUTS: usize = 2_000;

/// One test for each name, and one that no target was left out:
/// `smoke_tests!(super::TARGETS; urls, cookies);`
#[macro_export]
macro_rules! smoke_tests {
    ($targets:expr; $($name:ident),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                $crate::smoke($targets, stringify!($name));
            }
        )+

        #[test]
        fn every_target_has_a_test() {
            let targets: &[$crate::Target] = $targets;
            let names: Vec<&str> = targets.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, [$(stringify!($name)),+]);
        }
    };
}

/// Gives the target its seeds and what is made of them. An input that makes it panic is printed.
/// Where one ends the process or never ends, the variable `SQUALL_FUZZ_PRINT` makes the test print
/// each before it is tried.
///
/// # Panics
///
/// When the target does, or when it or its seeds do not exist.
pub fn smoke(targets: &[Target], name: &str) {
    let target = targets.iter().find(|(known, _)| *known == name);
    let Some((_, body)) = target else { panic!("there is no fuzz target `{name}`") };
    let seeds = seeds(name);
    assert!(seeds.len() <= INPUTS, "{name} has more seeds than inputs");
    let prints_all = std::env::var_os("SQUALL_FUZZ_PRINT").is_some();
    let mut mutator = Mutator::new(name, &seeds);
    let mutated = std::iter::repeat_with(|| mutator.next_input());
    for (number, input) in seeds.iter().cloned().chain(mutated).take(INPUTS).enumerate() {
        if prints_all {
            print_input(name, number, &input);
        }
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(&input))) {
            print_input(name, number, &input);
            say(&format!("When it is repaired, keep it as a file in tests/fuzz/seeds/{name}."));
            resume_unwind(panic);
        }
    }
}

fn print_input(name: &str, number: usize, input: &[u8]) {
    let (bytes, text) = (input.len(), input.escape_ascii());
    say(&format!("fuzz target `{name}`, input {number}, {bytes} bytes:\nb\"{text}\""));
}

#[expect(clippy::print_stderr, reason = "it is what a failed test says")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// The inputs that are known to be good starts, or that have once failed, by file name.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        panic!("fuzz target `{name}` has no seeds; put examples into {}", folder.display());
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().flat_map(std::fs::read).collect();
    assert!(!seeds.is_empty(), "{} is empty", folder.display());
    seeds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_promise_is_found_and_the_same_one_again() {
        fn no_two_quotes(input: &[u8]) {
            assert!(input.split(|byte| *byte == b'"').count() != 3, "{input:?}");
        }
        let run = || {
            let failed = catch_unwind(|| smoke(&[("self_test", no_two_quotes)], "self_test"));
            failed.err().and_then(|panic| panic.downcast::<String>().ok())
        };
        let first = run();
        assert!(first.is_some());
        assert_eq!(first, run());
    }

    #[test]
    #[should_panic(expected = "there is no fuzz target `other`")]
    fn an_unknown_target_is_refused() {
        smoke(&[("self_test", |_| {})], "other");
    }

    #[test]
    #[should_panic(expected = "has no seeds")]
    fn a_target_without_seeds_is_refused() {
        smoke(&[("no_such_target", |_| {})], "no_such_target");
    }
}
