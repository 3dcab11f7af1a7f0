//! The imports of the world `vu`, in memory. Names and types are those of the generated code, since
//! `host` puts one in the place of the other.

pub(crate) mod http;

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
