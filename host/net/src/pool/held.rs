//! Connections that are kept for one more request, apart from those that anybody may take: NTLM
//! logs in a connection, so that its last two messages have to go over the same one, whatever else
//! the virtual user sends at that time.
//!
//! Invariant: at most [`HELD_MAX`] are kept; the oldest is closed first.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::num::NonZeroU64;

use crate::http::h1;
use crate::http::request::Origin;

/// More than one user logs in at the same time, at least where the server answers.
const HELD_MAX: usize = 32;

/// Names a connection that is kept; see [`crate::ConnectionUse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldConnection(NonZeroU64);

/// The connections that are kept.
#[derive(Debug, Default)]
pub(crate) struct Held {
    count: Cell<u64>,
    list: RefCell<VecDeque<(HeldConnection, Origin, h1::Connection)>>,
}

impl Held {
    pub(crate) fn hold(&self, origin: &Origin, connection: h1::Connection) -> HeldConnection {
        let number = NonZeroU64::MIN.saturating_add(self.count.get());
        self.count.set(number.get());
        let name = HeldConnection(number);
        let mut list = self.list.borrow_mut();
        if list.len() == HELD_MAX {
            list.pop_front();
        }
        list.push_back((name, origin.clone(), connection));
        name
    }

    /// The connection, if it is still there, is one to this origin and can be used.
    pub(crate) fn take(&self, name: HeldConnection, origin: &Origin) -> Option<h1::Connection> {
        let mut list = self.list.borrow_mut();
        let at = list.iter().position(|(held, ..)| *held == name)?;
        let (_, held_origin, mut connection) = list.remove(at)?;
        (held_origin == *origin && connection.is_usable()).then_some(connection)
    }

    /// Closes all.
    pub(crate) fn clear(&self) {
        self.list.borrow_mut().clear();
    }
}
