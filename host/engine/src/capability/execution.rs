//! Interface `execution`: ids, scenario, environment, tags, and the end of the test.

use crate::bindings::squall::vu::execution as wit;
use crate::clock;
use crate::error::GuestStop;
use crate::state::VuState;

impl wit::Host for VuState {
    fn vu(&mut self) -> wasmtime::Result<wit::VuInfo> {
        let (ids, iteration) = (self.ids(), self.iteration());
        Ok(wit::VuInfo {
            id_in_instance: ids.in_instance,
            id_in_test: ids.in_test,
            iteration_in_instance: iteration.in_instance,
            iteration_in_scenario: iteration.in_scenario,
            activation: self.local().activation(),
        })
    }

    fn scenario(&mut self) -> wasmtime::Result<Option<wit::ScenarioInfo>> {
        let iteration = self.iteration();
        Ok(self.local().scenario().map(|scenario| wit::ScenarioInfo {
            name: scenario.name.clone(),
            executor: scenario.executor.to_owned(),
            start_time_ms: scenario.start_unix_ms,
            progress: scenario.progress(),
            iteration_in_instance: iteration.of_scenario_in_instance,
            iteration_in_test: iteration.of_scenario_in_test,
        }))
    }

    fn instance(&mut self) -> wasmtime::Result<wit::InstanceInfo> {
        let context = self.context();
        let counts = context.shared.counts();
        let started = context.shared.start.get();
        let passed_ns = started.map_or(0, |start| clock::now_ns().saturating_sub(start.at_ns));
        Ok(wit::InstanceInfo {
            iterations_completed: counts.completed,
            iterations_interrupted: counts.interrupted,
            vus_active: context.shared.sum(|tally| &tally.vus_active),
            vus_initialized: context.shared.vus_initialized(),
            test_run_duration_ms: passed_ns as f64 / 1e6,
        })
    }

    fn env(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        let scenario = self.local().scenario();
        let own = scenario.and_then(|scenario| scenario.environment.get(&name).cloned());
        Ok(own.or_else(|| self.context().shared.environment.get(&name).cloned()))
    }

    fn test_env(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        Ok(self.context().shared.environment.clone().into_iter().collect())
    }

    fn scenario_env(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        let scenario = self.local().scenario();
        Ok(scenario
            .map_or_else(Vec::new, |scenario| scenario.environment.clone().into_iter().collect()))
    }

    fn setup_data(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.context().shared.setup_data.get().cloned().flatten())
    }

    fn test_options(&mut self) -> wasmtime::Result<String> {
        Ok(self.context().shared.options_json.clone())
    }

    fn set_tag(&mut self, name: String, value: String) -> wasmtime::Result<()> {
        self.local().set_tag(name, Some(value));
        Ok(())
    }

    fn remove_tag(&mut self, name: String) -> wasmtime::Result<()> {
        self.local().set_tag(name, None);
        Ok(())
    }

    fn set_metadata(&mut self, name: String, value: String) -> wasmtime::Result<()> {
        self.local().set_metadata(name, Some(value));
        Ok(())
    }

    fn remove_metadata(&mut self, name: String) -> wasmtime::Result<()> {
        self.local().set_metadata(name, None);
        Ok(())
    }

    fn fail_iteration(&mut self, message: String) -> wasmtime::Result<()> {
        self.local().set_failure(message);
        Ok(())
    }

    fn abort_test(&mut self, reason: String) -> wasmtime::Result<()> {
        Err(wasmtime::Error::new(GuestStop::Aborted { reason }))
    }

    fn fail_test(&mut self, reason: String) -> wasmtime::Result<()> {
        tracing::error!("test marked as failed: {reason}");
        // The first reason counts.
        let _ = self.context().shared.marked_as_failed.set(reason);
        Ok(())
    }
}
