//! Connections that many exchanges share: HTTP/2 and HTTP/3.

use std::cell::Cell;
use std::rc::Rc;

use crate::http::h2;
#[cfg(feature = "http3")]
use crate::http::h3;

/// A handle to a connection that others may use as well.
#[derive(Clone, Debug)]
pub(crate) enum Shared {
    Http2(Rc<h2::Connection>),
    #[cfg(feature = "http3")]
    Http3(Rc<h3::Connection>),
}

impl Shared {
    /// False when the server has closed it or said GOAWAY.
    pub(super) fn is_usable(&self) -> bool {
        match self {
            Self::Http2(connection) => connection.is_usable(),
            #[cfg(feature = "http3")]
            Self::Http3(connection) => connection.is_usable(),
        }
    }

    /// True when another request may go over it. With HTTP/3 one that is too many waits for its
    /// stream: the server allows more as soon as others have ended.
    pub(super) fn has_room(&self) -> bool {
        match self {
            Self::Http2(connection) => connection.has_room(),
            #[cfg(feature = "http3")]
            Self::Http3(_) => true,
        }
    }

    /// Exchanges that have a place on it now.
    pub(super) fn active(&self) -> &Cell<usize> {
        match self {
            Self::Http2(connection) => &connection.active,
            #[cfg(feature = "http3")]
            Self::Http3(connection) => &connection.active,
        }
    }

    /// True when both are the same connection.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        std::ptr::eq(self.active(), other.active())
    }
}
