//! Checks and groups: [`check!`](crate::check!) states facts about the system under test, [`group`]
//! names a part of an iteration.
//!
//! A failed check ends nothing; it lowers the rate `checks`, on which a threshold can stand. The
//! name of a check goes to the host once for each instance, afterwards it is a number.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::host;
use crate::tags::Tags;

const UNREGISTERED: u32 = u32::MAX;

/// One check. [`check!`](crate::check!) makes these; in loops or tables of one's own they can be
/// written out:
///
/// ```no_run
/// use squall_sdk::checks::Check;
///
/// static HAS_ORDERS: Check = Check::new("has orders");
/// HAS_ORDERS.record(true);
/// ```
#[derive(Debug)]
pub struct Check {
    name: &'static str,
    id: AtomicU32,
}

impl Check {
    /// A check with this name.
    ///
    /// # Panics
    ///
    /// When the name contains `::`, which separates groups; in a `static` that is a compile error.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(!has_group_separator(name), "the name of a check cannot contain `::`");
        Self { name, id: AtomicU32::new(UNREGISTERED) }
    }

    /// Records one outcome, in the current group.
    pub fn record(&self, passed: bool) {
        host::checks::record(self.id(), passed, 0);
    }

    /// As [`Check::record`], with tags.
    pub fn record_with(&self, passed: bool, tags: &Tags) {
        host::checks::record(self.id(), passed, tags.id());
    }

    fn id(&self) -> u32 {
        match self.id.load(Ordering::Relaxed) {
            UNREGISTERED => {
                let id = register(self.name);
                self.id.store(id, Ordering::Relaxed);
                id
            }
            id => id,
        }
    }
}

/// Records the outcome of a check whose name is known only at run time, and returns it.
///
/// The name goes to the host each time; where it is fixed, [`check!`](crate::check!) is cheaper.
///
/// # Panics
///
/// When the name contains `::`.
#[track_caller]
pub fn record(name: &str, passed: bool) -> bool {
    host::checks::record(register(name), passed, 0);
    passed
}

/// Runs `body` as a group: its samples carry the tag `group`, its length is a sample of
/// `group_duration`. Groups can be nested.
///
/// ```no_run
/// use squall_sdk::prelude::*;
///
/// # fn iteration() -> Result<()> {
/// let token = group("log in", || http::post("http://shop.example/login").send().ok())?.text();
/// # Ok(())
/// # }
/// ```
///
/// # Panics
///
/// When the name contains `::`.
#[track_caller]
pub fn group<R>(name: &str, body: impl FnOnce() -> R) -> R {
    if let Err(message) = host::checks::group_start(name) {
        refuse(&message);
    }
    let result = body();
    host::checks::group_end();
    result
}

#[track_caller]
fn register(name: &str) -> u32 {
    match host::checks::register(name) {
        Ok(id) => id,
        Err(message) => refuse(&message),
    }
}

#[cold]
#[track_caller]
fn refuse(message: &str) -> ! {
    panic!("{message}")
}

const fn has_group_separator(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut index = 1;
    while index < bytes.len() {
        if bytes[index - 1] == b':' && bytes[index] == b':' {
            return true;
        }
        index += 1;
    }
    false
}

/// States facts about a value; each is a sample of the rate `checks`. True when all of them hold.
///
/// A fact is a name and either a condition or a closure that gets the value:
///
/// ```no_run
/// use squall_sdk::prelude::*;
///
/// # fn iteration() {
/// let response = http::get("http://shop.example/").send();
/// let fine = check!(response,
///     "status is 200" => |r| r.status() == 200,
///     "answered in time" => |r| r.timings().duration.as_millis() < 300,
///     "sky is blue" => true,
/// );
/// # }
/// ```
///
/// Tags for these samples come after the value: `check!(response, tags: &EUROPE, "..." => ...)`.
/// Names are constants; for others there is [`checks::record`](crate::checks::record).
#[macro_export]
macro_rules! check {
    ($value:expr $(,)?) => {
        ::core::compile_error!("check! needs a fact: check!(response, \"name\" => |r| ...)")
    };
    ($value:expr, tags: $tags:expr, $($facts:tt)+) => {{
        let value = &$value;
        let tags: &$crate::Tags = $tags;
        let mut all = true;
        $crate::__check!(value, all, [record_with, tags], $($facts)+);
        let _ = value;
        all
    }};
    ($value:expr, $($facts:tt)+) => {{
        let value = &$value;
        let mut all = true;
        $crate::__check!(value, all, [record], $($facts)+);
        let _ = value;
        all
    }};
}

/// Takes the facts of `check!` one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! __check {
    ($value:ident, $all:ident, $how:tt $(,)?) => {};
    ($value:ident, $all:ident, $how:tt,
     $name:expr => |$it:pat_param| $holds:expr $(, $($rest:tt)*)?) => {
        $crate::__check_record!($all, $how, $name, { let $it = $value; $holds });
        $crate::__check!($value, $all, $how, $($($rest)*)?);
    };
    ($value:ident, $all:ident, $how:tt,
     $name:expr => |$it:ident : $type:ty| $holds:expr $(, $($rest:tt)*)?) => {
        $crate::__check_record!($all, $how, $name, { let $it: $type = $value; $holds });
        $crate::__check!($value, $all, $how, $($($rest)*)?);
    };
    ($value:ident, $all:ident, $how:tt, $name:expr => $holds:expr $(, $($rest:tt)*)?) => {
        $crate::__check_record!($all, $how, $name, $holds);
        $crate::__check!($value, $all, $how, $($($rest)*)?);
    };
}

/// Records one fact of `check!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __check_record {
    ($all:ident, [$record:ident $(, $tags:ident)?], $name:expr, $holds:expr) => {{
        static CHECK: $crate::checks::Check = $crate::checks::Check::new($name);
        let holds: bool = $holds;
        CHECK.$record(holds $(, $tags)?);
        $all &= holds;
    }};
}

#[cfg(test)]
mod tests;
