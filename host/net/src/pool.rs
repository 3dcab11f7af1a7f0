//! The open connections of one client.
//!
//! One client is one virtual user, so its pool is a short list that is searched, not hashed. HTTP/1
//! connections are here only while nobody uses them, last used first; one of HTTP/2 or HTTP/3 stays
//! here and is used by as many at once as the server allows; when all are full, another one is
//! opened, as Go's client does. What the pool does not keep (bounds, a connection that closed
//! itself) is dropped, which closes it.
//!
//! Invariants: at most `idle_connections_max` idle HTTP/1 connections, and
//! `idle_connections_per_host_max` of each protocol for one origin; those who want a connection
//! wait for one that is being opened as long as it is likely to have room for them, which for the
//! first one by TLS means until it is known whether it speaks HTTP/2.

pub(crate) mod held;
mod shared;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use tokio::sync::Notify;

use crate::http::h1;
use crate::http::request::Origin;
use crate::http::route::{Class, Route};
pub(crate) use crate::pool::shared::Shared;
use crate::settings::Settings;

/// The open connections of one client.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    groups: RefCell<Vec<Group>>,
}

/// The open connections to one origin, of one class.
#[derive(Debug)]
struct Group {
    origin: Rc<Origin>,
    class: Class,
    idle: Vec<h1::Connection>,
    shared: Vec<Shared>,
    /// Connections that are being opened.
    opening: usize,
    /// How many requests at once the next connection is likely to take, by what the last one took.
    room: usize,
    waiters: Rc<Waiters>,
}

/// Those who wait for a connection to one origin.
#[derive(Debug, Default)]
struct Waiters {
    changed: Notify,
    count: Cell<usize>,
}

/// One who waits.
#[derive(Debug)]
pub(crate) struct Waiting(Rc<Waiters>);

impl Waiting {
    /// Until something has changed. Must be awaited before anything else runs on this thread, so
    /// that no change is missed.
    pub(crate) async fn changed(self) {
        self.0.changed.notified().await;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.count.set(self.0.count.get() - 1);
    }
}

/// A place on a shared connection; dropping it makes room for another request.
#[derive(Debug)]
pub(crate) struct Lease {
    connection: Shared,
    waiters: Option<Rc<Waiters>>,
}

impl Lease {
    /// The only place that is needed on a connection that nobody shares.
    pub(crate) fn alone(connection: Shared) -> Self {
        connection.active().set(connection.active().get() + 1);
        Self { connection, waiters: None }
    }

    pub(crate) fn connection(&self) -> &Shared {
        &self.connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let active = self.connection.active();
        active.set(active.get() - 1);
        if let Some(waiters) = &self.waiters {
            waiters.changed.notify_waiters();
        }
    }
}

/// What a request can do about a connection.
#[derive(Debug)]
pub(crate) enum Way {
    /// Use this one: nobody else does.
    Idle(h1::Connection),
    /// Use this one: others may, too.
    Shared(Lease),
    /// Ask again when something has changed.
    Wait(Waiting),
    /// Open one.
    Connect(Connecting),
}

/// The permission to connect. While it lives, others may wait for what comes of it.
#[derive(Debug)]
pub(crate) struct Connecting {
    /// Not owned: an opening that takes for ever must not keep the connections of a client that is
    /// gone.
    pool: Weak<Pool>,
    origin: Rc<Origin>,
    class: Class,
    /// How many requests at once the new connection takes; unset when there is none.
    room: Option<usize>,
}

impl Connecting {
    /// The connection is open and takes this many requests at once.
    pub(crate) fn opened(mut self, room: usize) {
        self.room = Some(room);
    }
}

impl Drop for Connecting {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.upgrade() {
            pool.end_opening(&self.origin, self.class, self.room);
        }
    }
}

impl Group {
    fn is_for(&self, origin: &Rc<Origin>, class: Class) -> bool {
        self.class == class && (Rc::ptr_eq(&self.origin, origin) || self.origin == *origin)
    }

    /// An open connection with room.
    fn take(&mut self) -> Option<Way> {
        if !self.shared.is_empty() {
            self.shared.retain(Shared::is_usable);
            if let Some(free) = self.shared.iter().find(|shared| shared.has_room()) {
                return Some(Way::Shared(self.lease(free)));
            }
        }
        while let Some(mut connection) = self.idle.pop() {
            if connection.is_usable() {
                return Some(Way::Idle(connection));
            }
        }
        None
    }

    fn lease(&self, connection: &Shared) -> Lease {
        let mut lease = Lease::alone(connection.clone());
        lease.waiters = Some(Rc::clone(&self.waiters));
        lease
    }
}

impl Pool {
    /// An open connection with room, if there is one: the fast path.
    pub(crate) fn take(&self, route: Route<'_>) -> Option<Way> {
        let mut groups = self.groups.borrow_mut();
        groups.iter_mut().find(|group| group.is_for(route.origin, route.class))?.take()
    }

    /// What to do now; `fresh` means that no open connection will do.
    pub(crate) fn way(self: &Rc<Self>, route: Route<'_>, fresh: bool) -> Way {
        let (origin, class) = (Rc::clone(route.origin), route.class);
        if fresh {
            return Way::Connect(Connecting { pool: Weak::new(), origin, class, room: None });
        }
        let mut groups = self.groups.borrow_mut();
        let group = group_of(&mut groups, route);
        if let Some(way) = group.take() {
            return way;
        }
        // Those who open a connection use it themselves.
        let wanted = group.opening + group.waiters.count.get() + 1;
        if group.opening.saturating_mul(group.room) >= wanted {
            let waiters = Rc::clone(&group.waiters);
            waiters.count.set(waiters.count.get() + 1);
            return Way::Wait(Waiting(waiters));
        }
        group.opening += 1;
        Way::Connect(Connecting { pool: Rc::downgrade(self), origin, class, room: None })
    }

    /// Takes back a connection that can be used again.
    pub(crate) fn give_back(
        &self,
        route: Route<'_>,
        connection: h1::Connection,
        settings: &Settings,
    ) {
        let mut groups = self.groups.borrow_mut();
        let per_host_max = settings.idle_connections_per_host_max;
        let total_max = settings.idle_connections_max;
        {
            let group = group_of(&mut groups, route);
            if per_host_max != 0 && group.idle.len() >= per_host_max {
                group.idle.retain_mut(h1::Connection::is_usable);
                if group.idle.len() >= per_host_max {
                    return;
                }
            }
            group.idle.push(connection);
        }
        let total: usize = groups.iter().map(|group| group.idle.len()).sum();
        if total_max != 0 && total > total_max {
            drop_oldest(&mut groups);
        }
    }

    /// Makes a connection one that all use, and takes the first place on it.
    pub(crate) fn share(&self, route: Route<'_>, connection: Shared) -> Lease {
        let mut groups = self.groups.borrow_mut();
        let group = group_of(&mut groups, route);
        let lease = group.lease(&connection);
        group.shared.push(connection);
        lease
    }

    /// Leaves a shared connection; of those that nobody uses, not more are kept than of HTTP/1.
    pub(crate) fn leave(&self, route: Route<'_>, lease: Lease, settings: &Settings) {
        drop(lease);
        let mut groups = self.groups.borrow_mut();
        let group = group_of(&mut groups, route);
        let per_host_max = settings.idle_connections_per_host_max;
        if per_host_max == 0 || group.shared.len() <= per_host_max {
            return;
        }
        let mut idle = 0;
        group.shared.retain(|shared| {
            let active = shared.active().get();
            idle += usize::from(active == 0);
            active > 0 || idle <= per_host_max
        });
    }

    /// Forgets a shared connection that turned out to be of no use.
    pub(crate) fn unshare(&self, route: Route<'_>, connection: &Shared) {
        let mut groups = self.groups.borrow_mut();
        group_of(&mut groups, route).shared.retain(|shared| !shared.is_same(connection));
    }

    /// Closes all connections that are not in use.
    pub(crate) fn close_idle(&self) {
        let mut groups = self.groups.borrow_mut();
        for group in groups.iter_mut() {
            group.idle.clear();
            // Those who use it hold it; it closes with the last of them.
            group.shared.clear();
        }
    }

    fn end_opening(&self, origin: &Rc<Origin>, class: Class, room: Option<usize>) {
        let mut groups = self.groups.borrow_mut();
        let Some(group) = groups.iter_mut().find(|group| group.is_for(origin, class)) else {
            return;
        };
        group.opening -= 1;
        // After a failure nobody waits: the next ones need not fail one after the other.
        group.room = room.unwrap_or(1);
        group.waiters.changed.notify_waiters();
    }
}

fn group_of<'g>(groups: &'g mut Vec<Group>, route: Route<'_>) -> &'g mut Group {
    let found = groups.iter().position(|group| group.is_for(route.origin, route.class));
    let index = found.unwrap_or_else(|| {
        groups.push(Group {
            origin: Rc::clone(route.origin),
            class: route.class,
            idle: Vec::new(),
            shared: Vec::new(),
            opening: 0,
            room: if route.class == Class::Http1 { 1 } else { usize::MAX },
            waiters: Rc::default(),
        });
        groups.len() - 1
    });
    &mut groups[index]
}

fn drop_oldest(groups: &mut [Group]) {
    let oldest = groups
        .iter_mut()
        .filter(|group| !group.idle.is_empty())
        // The first of a list was put there before the others.
        .min_by_key(|group| group.idle[0].idle_since_ns());
    if let Some(group) = oldest {
        group.idle.remove(0);
    }
}
