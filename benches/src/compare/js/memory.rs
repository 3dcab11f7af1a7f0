//! Memory of a parked VU, with its connection open and without one.

use super::Subject;
use super::park::{Parked, Parking, ParkingLot, vus_of};
use super::section::Section;
use super::turns::{Taken, take};
use crate::compare::Common;
use crate::compare::args::PeerName;
use crate::compare::grid::{Grid, cell};
use crate::compare::scripts::PARKED;

/// All in, in KB.
const PER_VU_KB_MAX: f64 = 96.0;

/// Measures it.
pub fn section(common: &Common<'_>, subjects: &[Subject]) -> anyhow::Result<Section> {
    let lot = ParkingLot::open(common.args)?;
    let parkings = [true, false].into_iter().flat_map(|is_connected| {
        subjects.iter().map(move |subject| Parking {
            subject: subject.clone(),
            script: common.scripts.path(PARKED),
            vus: vus_of(common.args, subject),
            is_connected,
        })
    });
    let all = take(common, common.args.rounds, parkings.collect(), |parking| {
        lot.measure(common, parking)
    })?;
    Ok(table(common.args.rounds, &all))
}

pub(super) fn table(rounds: u32, all: &[Taken<Parking, Parked>]) -> Section {
    let mut section = Section {
        title: "JavaScript: memory of a parked VU".to_owned(),
        how: format!(
            "Each VU has made one GET and one check and sleeps. Per VU is (memory with all VUs - \
             memory with one) / (VUs - 1); memory is the proportional set size of the process and \
             its page tables, read 3 s after the last request came; what the kernel needs for \
             sockets is not in it. Median of {rounds} interleaved rounds, all cores."
        ),
        grid: Grid::new(&[
            "tool",
            "connections",
            "VUs",
            "KB per VU",
            "of it page tables",
            "MB with one VU",
            "MB with all",
            "s until all came",
        ]),
        ..Section::default()
    };
    for taken in all {
        let Parking { subject, vus, is_connected, .. } = &taken.contestant;
        let per_vu_kb = taken.median(Parked::per_vu_kb);
        section.grid.lines.push(vec![
            subject.to_string(),
            if *is_connected { "open" } else { "closed" }.to_owned(),
            vus.to_string(),
            cell(per_vu_kb, 1),
            cell(taken.median(Parked::page_tables_per_vu_kb), 1),
            cell(taken.median(|parked| parked.one.bytes() as f64 / 1e6), 0),
            cell(taken.median(|parked| parked.all.bytes() as f64 / 1e6), 0),
            cell(taken.median(|parked| parked.arrived_after.as_secs_f64()), 1),
        ]);
        if subject.kind() == PeerName::Squall {
            let what = if *is_connected { "KB per VU" } else { "KB per VU, closed connections," };
            section.note_goal(what, per_vu_kb, PER_VU_KB_MAX, 1);
        }
    }
    for taken in all.iter().filter(|taken| taken.values.len() > 1) {
        let rounds = taken.by_round(|parked| format!("{:.1} KB", parked.per_vu_kb()));
        section.notes.push(format!("{} by round: {rounds}", taken.contestant));
    }
    section.note_failures(all);
    section
}
