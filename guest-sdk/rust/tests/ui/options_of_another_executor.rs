//! A scenario has only the settings of its executor.

use squall_sdk::prelude::*;

fn main() {
    let _ = Scenario::constant_vus(1, "10s").stage("1s", 5);
    let _ = Scenario::ramping_vus().pre_allocated_vus(5);
    let _ = Scenario::shared_iterations(1, 5).time_unit("1m");
}
