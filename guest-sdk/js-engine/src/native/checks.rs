//! `native:checks`: checks and groups.

use rquickjs::{Ctx, Exception, Result};

use crate::host::checks;

super::natives! {
    "register" => register,
    "record" => checks::record,
    "groupStart" => group_start,
    "groupEnd" => checks::group_end,
}

fn register(ctx: Ctx<'_>, name: String) -> Result<u32> {
    checks::register(&name).map_err(|reason| Exception::throw_message(&ctx, &reason))
}

fn group_start(ctx: Ctx<'_>, name: String) -> Result<()> {
    checks::group_start(&name).map_err(|reason| Exception::throw_message(&ctx, &reason))
}
