//! Two scenario functions of one name are refused before the test starts, with both places.

use squall_sdk::prelude::*;
use squall_sdk::testing;

#[scenario]
fn browse() {}

mod other {
    use squall_sdk::prelude::*;

    #[scenario(name = "browse")]
    fn look_around() {}
}

#[test]
#[should_panic(expected = "two scenario functions are named `browse`: ")]
fn two_scenario_functions_of_one_name_are_refused() {
    let _ = testing::options();
}
