//! Fuzz targets: what holds for any text of an option. See CONTRIBUTING.md.

use crate::duration::{parse_duration_k6, parse_go_duration};
use crate::options::{Options, TextForm};
use crate::plan::Plan;
use crate::segment::{Segment, Sequence, Share};

/// A name, and what is done with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("durations", durations),
    ("option_texts", option_texts),
    ("options_json", options_json),
    ("segments", segments),
];

/// Any text as a duration: what is read is read again from how it is printed, and the two grammars
/// agree where both have a meaning.
pub fn durations(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let extended = parse_duration_k6(&text);
    if let Ok(duration) = parse_go_duration(&text) {
        assert_eq!(extended, Ok(duration), "{text:?}");
    }
    match extended {
        Ok(duration) => {
            let printed = duration.to_string();
            assert_eq!(parse_go_duration(&printed), Ok(duration), "{text:?} is {printed}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Any text as a script's options: what is read can be printed and is then the same, and a plan is
/// made of it or refused with reasons.
pub fn options_json(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    match Options::from_json(&text) {
        Ok(parsed) => is_printed_and_planned(&parsed.options),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// The name of an option, in any form, and `=`: the rest as its text, from a flag and from a
/// variable.
pub fn option_texts(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (key, text) = text.split_once('=').unwrap_or(("", &text));
    for form in [TextForm::Flag, TextForm::Variable] {
        let mut options = Options::default();
        match options.set_text(key, text, form) {
            Ok(()) => is_printed_and_planned(&options),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

fn is_printed_and_planned(options: &Options) {
    let printed = options.to_json();
    let again = Options::from_json(&printed.to_string());
    let again = again.map(|parsed| parsed.options.to_json());
    assert_eq!(again.as_ref(), Ok(&printed));
    match Plan::new(options) {
        Ok((plan, _)) => {
            assert!(!plan.scenarios.is_empty());
            let parts = [plan.share.worker(0, 2), plan.share.worker(1, 2)];
            for scenario in &plan.scenarios {
                let whole = scenario.vus_max(&plan.share);
                let sum = parts.iter().map(|part| u128::from(scenario.vus_max(part))).sum::<u128>();
                assert_eq!(sum, u128::from(whole), "{}", scenario.name);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A segment and, behind a space, a sequence: both are read again from how they are printed, and
/// the parts of a sequence add up to the whole.
pub fn segments(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (segment, sequence) = text.split_once(' ').unwrap_or((&text, ""));
    let segment = segment.parse::<Segment>();
    if let Ok(segment) = &segment {
        assert_eq!(segment.to_string().parse::<Segment>().as_ref(), Ok(segment));
    }
    let Ok(sequence) = sequence.parse::<Sequence>() else { return };
    assert_eq!(sequence.to_string().parse::<Sequence>().as_ref(), Ok(&sequence));
    if let Ok(segment) = segment {
        let _ = Share::of(segment, Some(&sequence));
    }
    let filled = sequence.filled();
    // Each share deals out a whole round.
    let round = filled.segments().next().map(|segment| Share::of(segment, Some(&filled)));
    if !matches!(round, Some(Ok(share)) if share.tuple().lcd() < 2_000) {
        return;
    }
    let shares: Result<Vec<Share>, _> =
        filled.segments().map(|segment| Share::of(segment, Some(&filled))).collect();
    let Ok(shares) = shares else { return };
    for total in [1, 7, 1_000] {
        let sum = shares.iter().map(|share| share.scale(total)).sum::<u64>();
        assert_eq!(sum, total, "{filled}");
    }
}

#[cfg(test)]
mod tests {
    squall_fuzz::smoke_tests!(super::TARGETS; durations, option_texts, options_json, segments);
}
