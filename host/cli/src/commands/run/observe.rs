//! From the engine's progress to what the display shows. Pure.

use squall_engine::{Observer, Phase, Progress, ScenarioProgress, ScenarioState};

use crate::progress::{Display, ScenarioView, State, View};

/// Hands progress to the display. It never waits, so the control plane does not either.
pub(super) struct Show<'a>(pub(super) &'a Display);

impl Observer for Show<'_> {
    fn progress(&mut self, progress: &Progress) {
        self.0.update(view(progress));
    }
}

fn view(progress: &Progress) -> View {
    View {
        phase: match progress.phase {
            Phase::Initializing => "init",
            Phase::Setup => "setup",
            Phase::Running => "running",
            Phase::Teardown => "teardown",
        },
        elapsed: progress.elapsed,
        vus_active: progress.vus_active,
        vus_max: progress.vus_initialized,
        iterations_completed: progress.counts.completed,
        iterations_interrupted: progress.counts.interrupted,
        iterations_dropped: progress.counts.dropped,
        scenarios: progress.scenarios.iter().map(scenario_view).collect(),
    }
}

fn scenario_view(scenario: &ScenarioProgress) -> ScenarioView {
    ScenarioView {
        name: scenario.name.clone(),
        state: match scenario.state {
            ScenarioState::Waiting => State::Waiting,
            ScenarioState::Running | ScenarioState::Stopping => State::Running,
            ScenarioState::Ended if scenario.counts.interrupted > 0 => State::Interrupted,
            ScenarioState::Ended => State::Done,
        },
        vus_active: scenario.vus_active,
        vus_max: scenario.vus,
        iterations_completed: scenario.counts.completed,
        iterations_total: scenario.iterations_total,
        iterations_dropped: scenario.counts.dropped,
        elapsed: scenario.elapsed,
        duration: scenario.duration,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use squall_engine::Counts;

    use super::*;

    fn scenario(state: ScenarioState, interrupted: u64) -> ScenarioProgress {
        ScenarioProgress {
            name: "a".to_owned(),
            state,
            elapsed: Duration::from_secs(1),
            duration: Duration::from_secs(2),
            vus_active: 3,
            vus: 4,
            counts: Counts { completed: 5, interrupted, dropped: 6, ..Counts::default() },
            iterations_total: Some(7),
        }
    }

    #[test]
    fn figures_arrive_in_their_places() {
        let progress = Progress {
            phase: Phase::Running,
            elapsed: Duration::from_secs(9),
            scenarios: vec![scenario(ScenarioState::Running, 0)],
            counts: Counts { completed: 1, interrupted: 2, dropped: 3, ..Counts::default() },
            vus_active: 4,
            vus_initialized: 5,
            vus_planned: 6,
        };
        let view = view(&progress);
        assert_eq!((view.phase, view.elapsed), ("running", Duration::from_secs(9)));
        assert_eq!((view.vus_active, view.vus_max), (4, 5));
        assert_eq!((view.iterations_completed, view.iterations_interrupted), (1, 2));
        assert_eq!(view.iterations_dropped, 3);
        let scenario = &view.scenarios[0];
        assert_eq!((scenario.vus_active, scenario.vus_max), (3, 4));
        assert_eq!((scenario.iterations_completed, scenario.iterations_total), (5, Some(7)));
        assert_eq!(scenario.iterations_dropped, 6);
        assert_eq!((scenario.elapsed.as_secs(), scenario.duration.as_secs()), (1, 2));
    }

    #[test]
    fn a_scenario_that_was_cut_short_is_not_done() {
        for (state, interrupted, shown) in [
            (ScenarioState::Waiting, 0, State::Waiting),
            (ScenarioState::Stopping, 0, State::Running),
            (ScenarioState::Ended, 0, State::Done),
            (ScenarioState::Ended, 1, State::Interrupted),
        ] {
            assert_eq!(scenario_view(&scenario(state, interrupted)).state, shown);
        }
    }
}
