//! Groups in groups, with checks in each; tags on checks; a group that is left by an error.
//!
//! `CASE`: `all` (the default), `error` (the inner group ends with an error, and so does the
//! iteration), `bad-name` (a name with `::`, which panics) or `tags` (tags of the VU come and go).

use squall_sdk::checks;
use squall_sdk::prelude::*;

static EUROPE: Tags = Tags::new(&[("region", "eu")]);

#[scenario]
fn default() -> Result<()> {
    let case = execution::env("CASE").unwrap_or("all".to_owned());
    check!((), "outside passes" => true);
    group("outer", || {
        check!((), "outer passes" => true);
        group("inner", || {
            check!((), tags: &EUROPE, "inner passes" => true, "inner fails" => false);
            if case == "error" {
                bail!("inner group failed");
            }
            sleep_s(0.01);
            Ok(())
        })
    })?;
    match case.as_str() {
        "bad-name" => group("a::b", || ()),
        "tags" => {
            execution::set_tag("team", "web");
            check!((), "tagged" => true);
            execution::remove_tag("team");
            check!((), "untagged" => true);
        }
        _ => {}
    }
    for number in 0..3 {
        checks::record(&format!("number {number} is small"), number < 2);
    }
    Ok(())
}
