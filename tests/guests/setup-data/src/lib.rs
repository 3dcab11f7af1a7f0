//! Data on its way from `setup` to every VU and to `teardown`.
//!
//! `CASE`: `data` (the default), `nothing`, `error` (setup fails) or `mismatch` (what setup returns
//! does not fit). Scenarios: `default`, and `raw` for the JSON text.

use serde::{Deserialize, Serialize};
use squall_sdk::RawJson;
use squall_sdk::prelude::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    token: String,
    numbers: Vec<u64>,
}

fn expected() -> Data {
    Data { token: "tökén \"quoted\"".to_owned(), numbers: vec![0, 7, u64::MAX] }
}

#[setup]
fn setup() -> Result<RawJson> {
    match execution::env("CASE").as_deref() {
        Some("nothing") => Ok(RawJson("null".to_owned())),
        Some("error") => bail!("no token today"),
        Some("mismatch") => Ok(RawJson(r#"{"token":7}"#.to_owned())),
        _ => Ok(RawJson(json!(expected()).to_string())),
    }
}

fn as_expected(data: Option<&Data>) -> bool {
    match execution::env("CASE").as_deref() {
        Some("nothing") => data.is_none(),
        _ => data == Some(&expected()),
    }
}

#[scenario]
fn default(data: Option<&Data>) {
    check!(data, "the VU has what setup returned" => |data| as_expected(*data));
}

#[scenario]
fn raw(data: &RawJson) {
    check!(data, "the text is JSON" => |data| data.0.starts_with('{') && data.0.ends_with('}'));
}

#[teardown]
fn teardown(data: Option<&Data>) -> Result<()> {
    ensure!(as_expected(data), "teardown has other data: {data:?}");
    info!("teardown has what setup returned");
    Ok(())
}
