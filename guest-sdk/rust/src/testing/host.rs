//! The imports of the world `vu`, in memory. Names and types are those of the generated code, since
//! `host` puts one in the place of the other.

pub(crate) mod http {
    use std::time::Duration;

    use super::super::state::{Reply, Sent, with};

    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Method<'a> {
        Get,
        Head,
        Post,
        Put,
        Patch,
        Delete,
        Options,
        Other(&'a str),
    }

    #[derive(Debug)]
    pub(crate) struct Request<'a> {
        pub(crate) method: Method<'a>,
        pub(crate) url: &'a str,
        pub(crate) name: Option<&'a str>,
        pub(crate) headers: &'a [(&'a str, &'a str)],
        pub(crate) body: Option<&'a [u8]>,
        pub(crate) tags: &'a [(&'a str, &'a str)],
        pub(crate) timeout_ms: Option<u32>,
        pub(crate) discard_body: Option<bool>,
    }

    #[expect(clippy::struct_field_names, reason = "the names of the generated code")]
    #[derive(Debug)]
    pub(crate) struct Timings {
        pub(crate) duration_us: u64,
        pub(crate) blocked_us: u64,
        pub(crate) looking_up_us: u64,
        pub(crate) connecting_us: u64,
        pub(crate) tls_handshaking_us: u64,
        pub(crate) sending_us: u64,
        pub(crate) waiting_us: u64,
        pub(crate) receiving_us: u64,
    }

    #[derive(Debug)]
    pub(crate) struct Response(Reply);

    #[derive(Debug)]
    pub(crate) struct Exchange {
        pub(crate) response: Response,
        pub(crate) status: u16,
        pub(crate) error_code: u16,
        pub(crate) body_bytes: u64,
    }

    /// `ready_ns` is when the reply is there, on the clock of the state.
    #[derive(Debug)]
    pub(crate) struct Pending {
        ready_ns: u64,
        exchange: Exchange,
    }

    impl Response {
        pub(crate) fn timings(&self) -> Timings {
            let took_us = u64::try_from(self.0.took.as_micros()).unwrap_or(u64::MAX);
            Timings {
                duration_us: took_us,
                blocked_us: 0,
                looking_up_us: 0,
                connecting_us: 0,
                tls_handshaking_us: 0,
                sending_us: 0,
                waiting_us: took_us,
                receiving_us: 0,
            }
        }

        pub(crate) fn header(&self, name: &str) -> Option<String> {
            let mut headers = self.0.headers.iter();
            headers
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.clone())
        }

        pub(crate) fn headers(&self) -> Vec<(String, String)> {
            self.0.headers.clone()
        }

        pub(crate) fn body(&self) -> Vec<u8> {
            self.0.body.clone()
        }

        pub(crate) fn proto(&self) -> String {
            if self.0.status == 0 { String::new() } else { "HTTP/1.1".to_owned() }
        }

        pub(crate) fn remote_address(&self) -> String {
            if self.0.status == 0 { String::new() } else { "127.0.0.1:80".to_owned() }
        }

        pub(crate) fn error(&self) -> String {
            self.0.error.clone()
        }
    }

    impl Pending {
        pub(crate) fn ready(&self) -> bool {
            with(|state| self.ready_ns <= state.now_ns)
        }
    }

    pub(crate) fn send(request: Request<'_>) -> Exchange {
        finish(start(request))
    }

    pub(crate) fn batch(requests: &[Request<'_>]) -> Vec<Exchange> {
        let pending: Vec<Pending> = requests.iter().map(start_borrowed).collect();
        pending.into_iter().map(finish).collect()
    }

    #[expect(clippy::needless_pass_by_value, reason = "the signature of the generated code")]
    pub(crate) fn start(request: Request<'_>) -> Pending {
        start_borrowed(&request)
    }

    pub(crate) fn wait_any(pending: &[&Pending], timeout_ms: Option<u64>) -> Option<u32> {
        let first = pending.iter().enumerate().min_by_key(|(_, one)| one.ready_ns);
        let (position, first) = first?;
        with(|state| {
            let limit_ns = timeout_ms
                .map_or(u64::MAX, |ms| state.now_ns.saturating_add(ms.saturating_mul(1_000_000)));
            let in_time = first.ready_ns <= limit_ns;
            state.now_ns = state.now_ns.max(first.ready_ns.min(limit_ns));
            in_time.then_some(position as u32)
        })
    }

    pub(crate) fn finish(pending: Pending) -> Exchange {
        with(|state| state.now_ns = state.now_ns.max(pending.ready_ns));
        pending.exchange
    }

    fn start_borrowed(request: &Request<'_>) -> Pending {
        let sent = sent(request);
        with(|state| {
            let mut reply = state.reply_to(&sent);
            state.requests.push(sent);
            let body_bytes = reply.body.len() as u64;
            if request.discard_body == Some(true) {
                reply.body.clear();
            }
            let took_ns = u64::try_from(reply.took.as_nanos()).unwrap_or(u64::MAX);
            Pending {
                ready_ns: state.now_ns.saturating_add(took_ns),
                exchange: Exchange {
                    status: reply.status,
                    error_code: reply.error_code,
                    body_bytes,
                    response: Response(reply),
                },
            }
        })
    }

    fn sent(request: &Request<'_>) -> Sent {
        let method = match request.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Other(name) => name,
        };
        Sent {
            method: method.to_owned(),
            url: request.url.to_owned(),
            name: request.name.map(str::to_owned),
            headers: super::owned(request.headers),
            body: request.body.map(<[u8]>::to_vec),
            tags: super::owned(request.tags),
            timeout: request.timeout_ms.map(|ms| Duration::from_millis(u64::from(ms))),
            discard_body: request.discard_body,
        }
    }
}

pub(crate) mod metrics {
    use super::super::state::{Interner, Record, with};

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Kind {
        Counter,
        Gauge,
        Rate,
        Trend,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Contains {
        Default,
        Time,
        Data,
    }

    type Tags = Vec<(String, String)>;

    static METRICS: Interner<(String, Kind)> = Interner::new();
    static TAG_SETS: Interner<Tags> = Interner::new();

    pub(crate) fn register(name: &str, kind: Kind, _: Contains) -> Result<u32, String> {
        let number = METRICS.number(|(known, _)| known == name, || (name.to_owned(), kind));
        match METRICS.value(number) {
            Some((_, known)) if known != kind => {
                Err(format!("metric '{name}' already exists but with type {known:?}"))
            }
            _ => Ok(number),
        }
    }

    /// Number 0 is the empty set.
    pub(crate) fn tag_set(tags: &[(&str, &str)]) -> u32 {
        let tags = super::owned(tags);
        1 + TAG_SETS.number(|known| *known == tags, || tags.clone())
    }

    pub(crate) fn add(metric: u32, value: f64, tags: u32) -> bool {
        let Some((metric, _)) = METRICS.value(metric) else { return false };
        if value.is_nan() {
            return false;
        }
        let own = tags.checked_sub(1).and_then(|set| TAG_SETS.value(set)).unwrap_or_default();
        with(|state| {
            let mut all = state.vu_tags.clone();
            all.extend(own);
            state.samples.push(Record { metric, value, tags: all.into_iter().collect() });
        });
        true
    }
}

pub(crate) mod checks {
    use super::super::state::{Interner, with};

    static CHECKS: Interner<String> = Interner::new();

    pub(crate) fn register(name: &str) -> Result<u32, String> {
        refuse_separator(name)?;
        Ok(CHECKS.number(|known| known == name, || name.to_owned()))
    }

    pub(crate) fn record(check: u32, passed: bool, tags: u32) {
        let Some(name) = CHECKS.value(check) else { return };
        with(|state| {
            let group = state.group_path();
            let name = if group.is_empty() { name } else { format!("{group}::{name}") };
            state.checks.push((name, passed, tags));
        });
    }

    pub(crate) fn group_start(name: &str) -> Result<(), String> {
        refuse_separator(name)?;
        with(|state| {
            state.groups.push(name.to_owned());
            let path = state.group_path();
            state.groups_entered.push(path);
        });
        Ok(())
    }

    pub(crate) fn group_end() {
        with(|state| state.groups.pop());
    }

    fn refuse_separator(name: &str) -> Result<(), String> {
        if name.contains("::") {
            return Err(format!("group and check names may not contain '::', but `{name}` does"));
        }
        Ok(())
    }
}

pub(crate) mod execution {
    use super::super::state::{Aborted, with};

    pub(crate) struct VuInfo {
        pub(crate) id_in_instance: u64,
        pub(crate) id_in_test: u64,
        pub(crate) iteration_in_instance: u64,
        pub(crate) iteration_in_scenario: u64,
    }

    pub(crate) struct ScenarioInfo {
        pub(crate) name: String,
        pub(crate) executor: String,
        pub(crate) start_time_ms: u64,
        pub(crate) progress: f64,
        pub(crate) iteration_in_instance: u64,
        pub(crate) iteration_in_test: u64,
    }

    pub(crate) struct InstanceInfo {
        pub(crate) iterations_completed: u64,
        pub(crate) iterations_interrupted: u64,
        pub(crate) vus_active: u64,
        pub(crate) vus_initialized: u64,
        pub(crate) test_run_duration_ms: f64,
    }

    pub(crate) fn vu() -> VuInfo {
        with(|state| VuInfo {
            id_in_instance: state.vu_id,
            id_in_test: state.vu_id,
            iteration_in_instance: state.iteration,
            iteration_in_scenario: state.iteration,
        })
    }

    pub(crate) fn scenario() -> Option<ScenarioInfo> {
        with(|state| {
            Some(ScenarioInfo {
                name: state.scenario.clone()?,
                executor: "per-vu-iterations".to_owned(),
                start_time_ms: 0,
                progress: 0.0,
                iteration_in_instance: state.iteration,
                iteration_in_test: state.iteration,
            })
        })
    }

    pub(crate) fn instance() -> InstanceInfo {
        with(|state| InstanceInfo {
            iterations_completed: state.iteration,
            iterations_interrupted: 0,
            vus_active: 1,
            vus_initialized: 1,
            test_run_duration_ms: state.now_ns as f64 / 1e6,
        })
    }

    pub(crate) fn env(name: &str) -> Option<String> {
        with(|state| state.env.get(name).cloned())
    }

    pub(crate) fn setup_data() -> Option<String> {
        with(|state| state.setup_data.clone())
    }

    pub(crate) fn test_options() -> String {
        "{}".to_owned()
    }

    pub(crate) fn set_tag(name: &str, value: &str) {
        with(|state| state.vu_tags.insert(name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove_tag(name: &str) {
        with(|state| state.vu_tags.remove(name));
    }

    pub(crate) fn abort_test(reason: &str) {
        std::panic::panic_any(Aborted { reason: reason.to_owned() });
    }

    pub(crate) fn fail_test(reason: &str) {
        with(|state| state.failures.push(reason.to_owned()));
    }
}

pub(crate) mod data {
    use std::rc::Rc;

    use super::super::state::with;

    #[derive(Debug)]
    pub(crate) struct File(Rc<[u8]>);

    #[derive(Debug)]
    pub(crate) struct Rows(Rc<[Vec<u8>]>);

    impl File {
        pub(crate) fn size_bytes(&self) -> u64 {
            self.0.len() as u64
        }

        pub(crate) fn read(&self, offset_bytes: u64, bytes_max: u32) -> Vec<u8> {
            let start = usize::try_from(offset_bytes).unwrap_or(usize::MAX).min(self.0.len());
            let end = start.saturating_add(bytes_max as usize).min(self.0.len());
            self.0[start..end].to_vec()
        }
    }

    impl Rows {
        pub(crate) fn len(&self) -> u32 {
            self.0.len() as u32
        }

        pub(crate) fn get(&self, index: u32) -> Option<Vec<u8>> {
            self.0.get(index as usize).cloned()
        }
    }

    pub(crate) fn open(path: &str) -> Result<File, String> {
        match with(|state| state.files.get(path).cloned()) {
            Some(content) => Ok(File(content)),
            None => Err(format!("file `{path}` not found; give it to the test with `add_file`")),
        }
    }

    pub(crate) fn shared(name: &str) -> Option<Rows> {
        with(|state| state.rows.get(name).cloned()).map(Rows)
    }

    pub(crate) fn publish(name: &str, rows: &[&[u8]]) -> Rows {
        let rows: Rc<[Vec<u8>]> = rows.iter().map(|row| row.to_vec()).collect();
        with(|state| Rows(state.rows.entry(name.to_owned()).or_insert(rows).clone()))
    }
}

pub(crate) mod timers {
    use super::super::state::with;

    /// The wall clock of tests starts on 2026-01-01.
    const EPOCH_NS: u64 = 1_767_225_600_000_000_000;

    pub(crate) fn sleep(duration_ns: u64) {
        with(|state| {
            state.now_ns = state.now_ns.saturating_add(duration_ns);
            state.slept_ns = state.slept_ns.saturating_add(duration_ns);
        });
    }

    pub(crate) fn now() -> u64 {
        with(|state| state.now_ns)
    }

    pub(crate) fn wall_clock() -> u64 {
        with(|state| EPOCH_NS.saturating_add(state.now_ns))
    }
}

pub(crate) mod log {
    use super::super::state::with;

    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Level {
        Debug,
        Info,
        Warn,
        Error,
    }

    pub(crate) fn write(level: Level, message: &str) {
        let level = match level {
            Level::Debug => crate::log::Level::Debug,
            Level::Info => crate::log::Level::Info,
            Level::Warn => crate::log::Level::Warn,
            Level::Error => crate::log::Level::Error,
        };
        with(|state| state.logs.push((level, message.to_owned())));
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
