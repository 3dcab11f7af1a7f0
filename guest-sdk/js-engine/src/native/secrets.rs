//! `native:secrets`: secrets of the test, which the host looks up.

use rquickjs::{Ctx, Exception, Result};

use crate::host::secrets;

super::natives! {
    "get" => get,
}

/// The secret of this key; `source` is the name of a source of secrets, or undefined for the
/// default one.
fn get(ctx: Ctx<'_>, source: Option<String>, key: String) -> Result<String> {
    secrets::get(source.as_deref(), &key).map_err(|reason| Exception::throw_message(&ctx, &reason))
}
