//! Sets of tags for samples and checks. A set goes to the host once for each instance and is a
//! number then.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::host;

/// Names and values that samples carry beside those of the VU, the scenario and the run.
///
/// ```no_run
/// use squall_sdk::prelude::*;
///
/// static EUROPE: Tags = Tags::new(&[("region", "eu")]);
///
/// #[metric]
/// static STOCK: Gauge = Gauge::new("stock");
///
/// # fn iteration() {
/// STOCK.add_with(17, &EUROPE);
/// # }
/// ```
#[derive(Debug)]
pub struct Tags {
    pairs: &'static [(&'static str, &'static str)],
    id: AtomicU32,
}

const UNREGISTERED: u32 = u32::MAX;

impl Tags {
    /// A fixed set. When a name comes twice, the later one wins.
    #[must_use]
    pub const fn new(pairs: &'static [(&'static str, &'static str)]) -> Self {
        Self { pairs, id: AtomicU32::new(UNREGISTERED) }
    }

    /// A set that is known only at run time. Make it once and keep it: each call asks the host.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self { pairs: &[], id: AtomicU32::new(host::metrics::tag_set(pairs)) }
    }

    pub(crate) fn id(&self) -> u32 {
        match self.id.load(Ordering::Relaxed) {
            UNREGISTERED => {
                let id = host::metrics::tag_set(self.pairs);
                self.id.store(id, Ordering::Relaxed);
                id
            }
            id => id,
        }
    }
}
