//! A section for each group with its checks, in full mode.

use squall_metrics::GroupSummary;

use super::columns::pad;
use super::paint::visible;
use super::results::{by_check_name, checks};
use super::{INDENT, Page};

/// Deepest nesting that is moved to the right; deeper groups stay in line with it.
const DEPTH_MAX: usize = 16;

/// Appends the sections of all groups below the root.
pub(super) fn sections(out: &mut String, page: &Page<'_>) {
    for group in &page.summary.root_group.groups {
        page.title(out, &format!("GROUP: {}", visible(&group.name)));
        body(out, page, group, 0);
    }
}

fn body(out: &mut String, page: &Page<'_>, group: &GroupSummary, depth: usize) {
    let indent = INDENT + 2 * depth.min(DEPTH_MAX);
    if !group.checks.is_empty() {
        let own: Vec<_> = group.checks.iter().collect();
        let passes = own.iter().map(|check| check.passes).sum();
        let fails = own.iter().map(|check| check.fails).sum();
        checks(out, page, &by_check_name(&own), passes, fails, indent);
    }
    for inner in &group.groups {
        pad(out, indent);
        out.push_str("↳ ");
        out.push_str(&page.paint.bold(&format!("GROUP: {}", visible(&inner.name))));
        out.push_str(" \n\n");
        body(out, page, inner, depth + 1);
    }
}
