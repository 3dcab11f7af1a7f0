//! What 500 KB of imported libraries add to the memory of a parked VU.

use super::Subject;
use super::park::{Parked, Parking, ParkingLot, vus_of};
use super::section::Section;
use super::turns::{Taken, take};
use crate::compare::Common;
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::scripts::{PARKED, PARKED_LIBRARIES};
use crate::compare::statistics::ratio;

/// Growth of a VU, in percent.
const GROWTH_PERCENT_MAX: f64 = 10.0;

/// Measures it.
pub fn section(common: &Common<'_>, subjects: &[Subject]) -> anyhow::Result<Section> {
    let lot = ParkingLot::open(common.args)?;
    let parkings = [PARKED, PARKED_LIBRARIES].into_iter().flat_map(|script| {
        subjects.iter().map(move |subject| Parking {
            subject: subject.clone(),
            script: common.scripts.path(script),
            vus: vus_of(common.args, subject),
            is_connected: true,
        })
    });
    let all = take(common, common.args.rounds, parkings.collect(), |parking| {
        lot.measure(common, parking)
    })?;
    Ok(table(common.args.rounds, &all))
}

pub(super) fn table(rounds: u32, all: &[Taken<Parking, Parked>]) -> Section {
    let mut section = Section {
        title: "JavaScript: memory of a parked VU with 500 KB of libraries".to_owned(),
        how: format!(
            "Five modules of 100 KB each: functions, classes and tables of data; the iteration \
             uses a little of each. Everything else as for the memory of a parked VU, connections \
             open. Median of {rounds} interleaved rounds, all cores."
        ),
        grid: Grid::new(&[
            "tool",
            "VUs",
            "KB per VU without",
            "KB per VU with",
            "growth %",
            "MB with all",
            "s until all came",
        ]),
        ..Section::default()
    };
    // The script without libraries was measured in the first half, in the same order of tools.
    let (without, with) = all.split_at(all.len() / 2);
    for (without, with) in without.iter().zip(with) {
        let per_vu_kb = |taken: &Taken<Parking, Parked>| taken.median(Parked::per_vu_kb);
        let growth = ratio(per_vu_kb(with), per_vu_kb(without));
        let growth_percent = growth.map(|growth| (growth - 1.0) * 100.0);
        section.grid.lines.push(vec![
            with.contestant.subject.to_string(),
            with.contestant.vus.to_string(),
            cell(per_vu_kb(without), 1),
            cell(per_vu_kb(with), 1),
            cell(growth_percent, 1),
            cell(with.median(|parked| parked.all.bytes() as f64 / 1e6), 0),
            cell(with.median(|parked| parked.arrived_after.as_secs_f64()), 1),
        ]);
        if with.contestant.subject.kind() == PeerName::Squall {
            section.note_goal("growth in percent", growth_percent, GROWTH_PERCENT_MAX, 1);
        }
    }
    for taken in all.iter().filter(|taken| taken.values.len() > 1) {
        let rounds = taken.by_round(|parked| format!("{:.1} KB", parked.per_vu_kb()));
        section.notes.push(format!("{} by round: {rounds}", taken.contestant));
    }
    section.note_failures(all);
    section
}
