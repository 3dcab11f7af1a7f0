//! Many requests at once: at most so many in all, and so many to one host.
//!
//! Calls start in their order, but one whose host is busy does not hold up those behind it.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::call::{Call, Leg, Outcome};
use crate::http::client::Client;
use crate::limits::BatchLimits;

/// Carries out the calls; results come in their order. `on_leg` gets the number of the call too.
/// Dropping the future cancels those under way.
pub(crate) async fn run(
    client: &Client,
    calls: Vec<Call>,
    limits: BatchLimits,
    on_leg: impl Fn(usize, Leg<'_>),
) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = Vec::new();
    outcomes.resize_with(calls.len(), || None);
    let mut schedule = Schedule::new(calls, limits);
    let mut running = FuturesUnordered::new();
    let on_leg = &on_leg;
    loop {
        while let Some((index, host, call)) = schedule.next() {
            running.push(async move {
                (index, host, client.call(call, |leg| on_leg(index, leg)).await)
            });
        }
        let Some((index, host, outcome)) = running.next().await else {
            return outcomes.into_iter().flatten().collect();
        };
        outcomes[index] = Some(outcome);
        schedule.finished(host);
    }
}

/// What waits and what runs.
struct Schedule {
    /// With the number of its host.
    waiting: Vec<Option<(usize, Call)>>,
    /// Those before it have all started.
    first: usize,
    running: usize,
    running_by_host: Vec<usize>,
    limits: BatchLimits,
}

impl Schedule {
    fn new(calls: Vec<Call>, limits: BatchLimits) -> Self {
        let mut hosts: Vec<(Box<str>, u16)> = Vec::new();
        let mut number = |call: &Call| {
            let target = &call.request.target;
            let (host, port) = (target.host(), target.port());
            let known = hosts.iter().position(|(name, at)| **name == *host && *at == port);
            known.unwrap_or_else(|| {
                hosts.push((host.into(), port));
                hosts.len() - 1
            })
        };
        let waiting: Vec<_> = calls.into_iter().map(|call| Some((number(&call), call))).collect();
        let running_by_host = vec![0; hosts.len()];
        Self { waiting, first: 0, running: 0, running_by_host, limits }
    }

    /// The next call that may start: its position, the number of its host, and itself.
    fn next(&mut self) -> Option<(usize, usize, Call)> {
        if self.limits.batch != 0 && self.running >= self.limits.batch {
            return None;
        }
        while self.waiting.get(self.first).is_some_and(Option::is_none) {
            self.first += 1;
        }
        let per_host_max = match self.limits.batch_per_host {
            0 => usize::MAX,
            max => max,
        };
        for index in self.first..self.waiting.len() {
            let free = |entry: &mut (usize, Call)| self.running_by_host[entry.0] < per_host_max;
            if let Some((host, call)) = self.waiting[index].take_if(free) {
                self.running += 1;
                self.running_by_host[host] += 1;
                return Some((index, host, call));
            }
        }
        None
    }

    fn finished(&mut self, host: usize) {
        self.running -= 1;
        self.running_by_host[host] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::{Request, Target};
    use http::Method;
    use std::rc::Rc;

    fn requests(urls: &[&str]) -> Vec<Call> {
        let target = |url: &&str| Rc::new(Target::parse(url).unwrap());
        urls.iter().map(|url| Request::new(Method::GET, target(url)).into()).collect()
    }

    fn started(schedule: &mut Schedule) -> Vec<usize> {
        std::iter::from_fn(|| schedule.next()).map(|(index, ..)| index).collect()
    }

    #[test]
    fn a_busy_host_does_not_hold_up_others() {
        let urls = ["http://a/1", "http://a/2", "http://a/3", "http://b/1", "https://a/4"];
        let limits = BatchLimits { batch: 4, batch_per_host: 1 };
        let mut schedule = Schedule::new(requests(&urls), limits);
        assert_eq!(started(&mut schedule), [0, 3, 4]);
        schedule.finished(0);
        assert_eq!(started(&mut schedule), [1]);
        schedule.finished(0);
        assert_eq!(started(&mut schedule), [2]);
    }

    #[test]
    fn zero_is_no_limit() {
        let urls = ["http://a/"; 100];
        let limits = BatchLimits { batch: 0, batch_per_host: 0 };
        assert_eq!(started(&mut Schedule::new(requests(&urls), limits)).len(), 100);
        let limits = BatchLimits { batch: 20, batch_per_host: 0 };
        assert_eq!(started(&mut Schedule::new(requests(&urls), limits)).len(), 20);
    }
}
