//! `native:metrics`: custom metrics.

use rquickjs::{Ctx, Exception, Result};

use super::pairs;
use crate::host::metrics::{self, Contains, Kind};

super::natives! {
    "register" => register,
    "tagSet" => tag_set,
    "forgetTagSet" => metrics::forget_tag_set,
    "add" => metrics::add,
}

/// `kind`: 0 counter, 1 gauge, 2 rate, 3 trend.
fn register(ctx: Ctx<'_>, name: String, kind: u32, is_time: bool) -> Result<u32> {
    let kind = match kind {
        0 => Kind::Counter,
        1 => Kind::Gauge,
        2 => Kind::Rate,
        _ => Kind::Trend,
    };
    let contains = if is_time { Contains::Time } else { Contains::Default };
    metrics::register(&name, kind, contains)
        .map_err(|reason| Exception::throw_message(&ctx, &reason))
}

fn tag_set(flat: Vec<String>) -> u32 {
    metrics::tag_set(&pairs(flat))
}
