//! Short runs of fuzz targets, as tests on any compiler. What finds new ways through the code is
//! `cargo xtask fuzz`; this says within a second that a change broke none of the old ones.
//!
//! A target is a name, a body that panics when a property does not hold, and seeds: inputs such as
//! those that people and servers write. From the seeds others are made by damage: bytes changed,
//! left out, repeated, and pieces of two seeds put together. All is decided by the name of the
//! target and the number of the input, so that a failure can be had again.

mod mutate;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Name, body, seeds.
pub type Target = (&'static str, fn(&[u8]), &'static [&'static [u8]]);

/// Inputs of a short run beside the seeds themselves.
const INPUTS: u64 = 20_000;

/// Gives a target its seeds and what is made of them.
///
/// # Panics
///
/// When the body does, after the input was printed; and when no target has the name.
pub fn run_short(targets: &[Target], name: &str) {
    let target = targets.iter().find(|(known, ..)| *known == name);
    let (_, body, seeds) = target.unwrap_or_else(|| panic!("no target is called `{name}`"));
    for seed in *seeds {
        check(*body, seed);
    }
    for number in 0..INPUTS {
        check(*body, &mutate::input(name, seeds, number));
    }
}

#[expect(clippy::print_stderr, reason = "tests show it where they fail")]
fn check(body: fn(&[u8]), input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(input))) {
        eprintln!("the input was b\"{}\"", input.escape_ascii());
        resume_unwind(panic);
    }
}

/// Makes a test of each target; a target without one, or the other way round, does not compile or
/// fails.
#[macro_export]
macro_rules! short_runs {
    ($targets:expr; $($name:ident),+ $(,)?) => {
        $(#[test]
        fn $name() {
            $crate::run_short($targets, stringify!($name));
        })+

        #[test]
        fn every_target_has_a_test() {
            let names: Vec<&str> = $targets.iter().map(|(name, ..)| *name).collect();
            assert_eq!(names, [$(stringify!($name)),+]);
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails_at_two_colons(input: &[u8]) {
        assert!(input.split(|&byte| byte == b':').nth(2).is_none(), "two colons");
    }

    const TARGETS: &[Target] = &[("colons", fails_at_two_colons, &[b"name: value"])];

    #[test]
    #[should_panic(expected = "two colons")]
    fn damage_finds_what_is_near_a_seed() {
        run_short(TARGETS, "colons");
    }

    #[test]
    #[should_panic(expected = "no target is called `semicolons`")]
    fn targets_have_names() {
        run_short(TARGETS, "semicolons");
    }
}
