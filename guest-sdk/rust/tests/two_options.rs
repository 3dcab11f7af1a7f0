//! Two functions with `#[options]` are refused before the test starts, with both places.

use squall_sdk::prelude::*;
use squall_sdk::testing;

#[options]
fn options() -> Options {
    Options::new()
}

mod other {
    use squall_sdk::prelude::*;

    #[options]
    fn options() -> Options {
        Options::new()
    }
}

#[test]
#[should_panic(expected = "two functions have #[options]: ")]
fn two_options_functions_are_refused() {
    let _ = testing::options();
}
