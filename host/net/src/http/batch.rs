//! Many requests at once: at most so many in all, and so many to one host.
//!
//! Requests start in their order, but one whose host is busy does not hold up those behind it.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::http::client::Client;
use crate::http::request::Request;
use crate::http::response::Exchange;
use crate::limits::BatchLimits;

/// Runs the requests; results come in the order of the requests. Dropping the future cancels those
/// under way.
pub(crate) async fn run(
    client: &Client,
    requests: Vec<Request>,
    limits: BatchLimits,
) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    exchanges.resize_with(requests.len(), Exchange::default);
    let mut schedule = Schedule::new(requests, limits);
    let mut running = FuturesUnordered::new();
    loop {
        while let Some((index, host, request)) = schedule.next() {
            running.push(async move { (index, host, client.execute(request).await) });
        }
        let Some((index, host, exchange)) = running.next().await else {
            return exchanges;
        };
        exchanges[index] = exchange;
        schedule.finished(host);
    }
}

/// What waits and what runs.
struct Schedule {
    /// With the number of its host.
    waiting: Vec<Option<(usize, Request)>>,
    /// Those before it have all started.
    first: usize,
    running: usize,
    running_by_host: Vec<usize>,
    limits: BatchLimits,
}

impl Schedule {
    fn new(requests: Vec<Request>, limits: BatchLimits) -> Self {
        let mut hosts: Vec<(Box<str>, u16)> = Vec::new();
        let mut number = |request: &Request| {
            let (host, port) = (request.target.host(), request.target.port());
            let known = hosts.iter().position(|(name, at)| **name == *host && *at == port);
            known.unwrap_or_else(|| {
                hosts.push((host.into(), port));
                hosts.len() - 1
            })
        };
        let waiting: Vec<_> =
            requests.into_iter().map(|request| Some((number(&request), request))).collect();
        let running_by_host = vec![0; hosts.len()];
        Self { waiting, first: 0, running: 0, running_by_host, limits }
    }

    /// The next request that may start: its position, the number of its host, and itself.
    fn next(&mut self) -> Option<(usize, usize, Request)> {
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
            let free = |entry: &mut (usize, Request)| self.running_by_host[entry.0] < per_host_max;
            if let Some((host, request)) = self.waiting[index].take_if(free) {
                self.running += 1;
                self.running_by_host[host] += 1;
                return Some((index, host, request));
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
    use crate::http::request::Target;
    use http::Method;
    use std::rc::Rc;

    fn requests(urls: &[&str]) -> Vec<Request> {
        let target = |url: &&str| Rc::new(Target::parse(url).unwrap());
        urls.iter().map(|url| Request::new(Method::GET, target(url))).collect()
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
