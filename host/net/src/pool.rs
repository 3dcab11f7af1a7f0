//! The open connections of one client.
//!
//! One client is one virtual user, so its pool is a short list that is searched, not hashed. HTTP/1
//! connections are here only while nobody uses them, last used first; an HTTP/2 connection stays
//! here and is used by many at once. What the pool does not keep (bounds, a connection that closed
//! itself) is dropped, which closes it.
//!
//! Invariants: at most `idle_connections_max` idle connections, and `idle_connections_per_host_max`
//! for one origin; of several tasks that want the first TLS connection to an origin, one connects
//! and the others wait to learn whether it speaks HTTP/2.

pub(crate) mod held;

use std::cell::RefCell;
use std::rc::Rc;

use tokio::sync::Notify;

use crate::http::request::Origin;
use crate::http::{h1, h2};
use crate::settings::Settings;

/// The open connections of one client.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    origins: RefCell<Vec<OriginPool>>,
}

/// The open connections to one origin.
#[derive(Debug)]
struct OriginPool {
    origin: Rc<Origin>,
    idle: Vec<h1::Connection>,
    shared: Option<Rc<h2::Connection>>,
    /// Set while a first TLS connection is on its way.
    negotiation: Option<Rc<Notify>>,
    /// There is nothing to wait for: the server chose HTTP/1, or a first attempt failed, and the
    /// next ones need not fail one after the other.
    connect_freely: bool,
}

/// What a request can do about a connection.
#[derive(Debug)]
pub(crate) enum Way {
    /// Use this one: nobody else does.
    Idle(h1::Connection),
    /// Use this one: others may, too.
    Shared(Rc<h2::Connection>),
    /// Somebody is about to find out; ask again when this is notified.
    Wait(Rc<Notify>),
    /// Open one.
    Connect(Connecting),
}

/// The permission to connect. While a negotiating one lives, others wait; dropping it lets them go
/// on.
#[derive(Debug)]
pub(crate) struct Connecting {
    negotiation: Option<(Rc<Pool>, Rc<Origin>)>,
}

impl Drop for Connecting {
    fn drop(&mut self) {
        if let Some((pool, origin)) = self.negotiation.take() {
            pool.end_negotiation(&origin);
        }
    }
}

impl Pool {
    /// An open connection to the origin, if there is one: the fast path.
    pub(crate) fn take(&self, origin: &Origin) -> Option<Way> {
        let mut origins = self.origins.borrow_mut();
        let entry = origins.iter_mut().find(|entry| *entry.origin == *origin)?;
        if let Some(shared) = &entry.shared {
            if shared.is_usable() {
                return Some(Way::Shared(Rc::clone(shared)));
            }
            entry.shared = None;
        }
        while let Some(mut connection) = entry.idle.pop() {
            if connection.is_usable() {
                return Some(Way::Idle(connection));
            }
        }
        None
    }

    /// What to do now; `fresh` means that an idle connection will not do.
    pub(crate) fn way(self: &Rc<Self>, origin: &Rc<Origin>, fresh: bool) -> Way {
        if !fresh && let Some(way) = self.take(origin) {
            return way;
        }
        if fresh || !origin.secure {
            return Way::Connect(Connecting { negotiation: None });
        }
        let mut origins = self.origins.borrow_mut();
        let entry = entry(&mut origins, origin);
        if entry.connect_freely {
            return Way::Connect(Connecting { negotiation: None });
        }
        if let Some(negotiation) = &entry.negotiation {
            return Way::Wait(Rc::clone(negotiation));
        }
        entry.negotiation = Some(Rc::default());
        Way::Connect(Connecting { negotiation: Some((Rc::clone(self), Rc::clone(origin))) })
    }

    /// Takes back a connection that can be used again.
    pub(crate) fn give_back(
        &self,
        origin: &Rc<Origin>,
        connection: h1::Connection,
        settings: &Settings,
    ) {
        let mut origins = self.origins.borrow_mut();
        let per_host_max = settings.idle_connections_per_host_max;
        let total_max = settings.idle_connections_max;
        {
            let entry = entry(&mut origins, origin);
            if per_host_max != 0 && entry.idle.len() >= per_host_max {
                entry.idle.retain_mut(h1::Connection::is_usable);
                if entry.idle.len() >= per_host_max {
                    return;
                }
            }
            entry.idle.push(connection);
        }
        let total: usize = origins.iter().map(|entry| entry.idle.len()).sum();
        if total_max != 0 && total > total_max {
            drop_oldest(&mut origins);
        }
    }

    /// Makes an HTTP/2 connection the one that all use.
    pub(crate) fn share(&self, origin: &Rc<Origin>, connection: &Rc<h2::Connection>) {
        let mut origins = self.origins.borrow_mut();
        let entry = entry(&mut origins, origin);
        entry.shared = Some(Rc::clone(connection));
        entry.connect_freely = false;
    }

    /// Forgets a shared connection that turned out to be of no use.
    pub(crate) fn unshare(&self, origin: &Origin, connection: &Rc<h2::Connection>) {
        let mut origins = self.origins.borrow_mut();
        for entry in origins.iter_mut().filter(|entry| *entry.origin == *origin) {
            entry.shared.take_if(|shared| Rc::ptr_eq(shared, connection));
        }
    }

    /// Closes all connections that are not in use.
    pub(crate) fn close_idle(&self) {
        let mut origins = self.origins.borrow_mut();
        for entry in origins.iter_mut() {
            entry.idle.clear();
            // Those who use it hold it; it closes with the last of them.
            entry.shared = None;
        }
    }

    fn end_negotiation(&self, origin: &Origin) {
        let mut origins = self.origins.borrow_mut();
        let entry = origins.iter_mut().find(|entry| *entry.origin == *origin);
        if let Some(entry) = entry {
            entry.connect_freely = entry.shared.is_none();
            if let Some(negotiation) = entry.negotiation.take() {
                negotiation.notify_waiters();
            }
        }
    }
}

fn entry<'o>(origins: &'o mut Vec<OriginPool>, origin: &Rc<Origin>) -> &'o mut OriginPool {
    let found = origins.iter().position(|entry| *entry.origin == **origin);
    let index = found.unwrap_or_else(|| {
        origins.push(OriginPool {
            origin: Rc::clone(origin),
            idle: Vec::new(),
            shared: None,
            negotiation: None,
            connect_freely: false,
        });
        origins.len() - 1
    });
    &mut origins[index]
}

fn drop_oldest(origins: &mut [OriginPool]) {
    let oldest = origins
        .iter_mut()
        .filter(|entry| !entry.idle.is_empty())
        // The first of a list was put there before the others.
        .min_by_key(|entry| entry.idle[0].idle_since_ns());
    if let Some(entry) = oldest {
        entry.idle.remove(0);
    }
}
