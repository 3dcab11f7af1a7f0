//! Checks and groups: names of facts, and names of parts of an iteration.
//!
//! A check outcome is one sample of the rate `checks` and one count for (group, check), made by one
//! call, so that the two always agree. A group is known by its path, `::outer::inner`; the root
//! has the empty path. Both tables are bounded: what no longer fits is counted under
//! [`OVERFLOW_NAME`], and the bound reached is reported.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::catalog::Limits;
use crate::delta::BoundsReached;
use crate::recorder::SeriesId;

/// Separates the names in a path; not allowed in names.
pub const SEPARATOR: &str = "::";

/// The check, or the group, under which everything is counted that no longer fits.
pub const OVERFLOW_NAME: &str = "(more)";

/// Groups inside of each other: as deep as readers of JSON follow a tree of groups.
pub const GROUP_DEPTH_MAX: u32 = 32;

/// Number of a group; valid in the recorder that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupId(pub u32);

impl GroupId {
    /// The group that an iteration starts in.
    pub const ROOT: Self = Self(0);
}

/// A check in a group with its tags, ready to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CheckSeries {
    pub(crate) series: SeriesId,
    /// Where it is counted by name, if it is.
    pub(crate) check: Option<u32>,
}

/// A name that cannot be part of a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("group and check names may not contain '::', but {name:?} does")]
pub struct NameError {
    /// What was given.
    pub name: String,
}

/// Counts of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCount {
    /// Path of its group.
    pub group: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Outcomes that passed.
    pub passes: u64,
    /// Outcomes that failed.
    pub fails: u64,
}

#[derive(Debug)]
struct Group {
    path: Arc<str>,
    /// Groups around it; 0 for the root.
    depth: u32,
    groups: FxHashMap<Arc<str>, GroupId>,
    checks: FxHashMap<Arc<str>, u32>,
}

/// Groups and checks of one worker.
#[derive(Debug)]
pub(crate) struct CheckTable {
    groups: Vec<Group>,
    checks: Vec<CheckCount>,
    /// Groups before this one have been handed over.
    groups_reported: usize,
    groups_max: usize,
    checks_max: usize,
    reached: BoundsReached,
}

impl CheckTable {
    pub(crate) fn new(limits: &Limits) -> Self {
        let root = Group {
            path: Arc::from(""),
            depth: 0,
            groups: FxHashMap::default(),
            checks: FxHashMap::default(),
        };
        Self {
            groups: vec![root],
            checks: Vec::new(),
            groups_reported: 1,
            groups_max: limits.groups_max.max(1),
            checks_max: limits.checks_max,
            reached: BoundsReached::default(),
        }
    }

    pub(crate) fn group(&mut self, parent: GroupId, name: &str) -> Result<GroupId, NameError> {
        let parent = if self.knows(parent) { parent } else { GroupId::ROOT };
        if name.is_empty() {
            // As in k6: it is no group of its own.
            return Ok(parent);
        }
        if let Some(known) = self.groups[parent.0 as usize].groups.get(name) {
            return Ok(*known);
        }
        check_name(name)?;
        let is_deep = self.groups[parent.0 as usize].depth >= GROUP_DEPTH_MAX;
        if self.groups.len() < self.groups_max && !is_deep {
            return Ok(self.add_group(parent, name));
        }
        self.reached.groups += 1;
        if let Some(overflow) = self.groups[0].groups.get(OVERFLOW_NAME) {
            return Ok(*overflow);
        }
        Ok(self.add_group(GroupId::ROOT, OVERFLOW_NAME))
    }

    fn add_group(&mut self, parent: GroupId, name: &str) -> GroupId {
        let id = GroupId(self.groups.len() as u32);
        let parent = &mut self.groups[parent.0 as usize];
        let path: Arc<str> = format!("{}{SEPARATOR}{name}", parent.path).into();
        let depth = parent.depth + 1;
        parent.groups.insert(name.into(), id);
        let (groups, checks) = (FxHashMap::default(), FxHashMap::default());
        self.groups.push(Group { path, depth, groups, checks });
        id
    }

    /// The group of a path such as `::outer::inner`. What stands before the first separator says
    /// nothing, as in k6.
    pub(crate) fn group_at(&mut self, path: &str) -> GroupId {
        let names = path.split(SEPARATOR).skip(1);
        names.fold(GroupId::ROOT, |group, name| self.group(group, name).unwrap_or(group))
    }

    pub(crate) fn check(&mut self, group: GroupId, name: &str) -> u32 {
        let group = if self.knows(group) { group } else { GroupId::ROOT };
        if let Some(known) = self.groups[group.0 as usize].checks.get(name) {
            return *known;
        }
        if self.checks.len() < self.checks_max {
            return self.add_check(group, name);
        }
        self.reached.checks += 1;
        if let Some(overflow) = self.groups[0].checks.get(OVERFLOW_NAME) {
            return *overflow;
        }
        self.add_check(GroupId::ROOT, OVERFLOW_NAME)
    }

    fn add_check(&mut self, group: GroupId, name: &str) -> u32 {
        let check = self.checks.len() as u32;
        let name: Arc<str> = Arc::from(name);
        let group = &mut self.groups[group.0 as usize];
        group.checks.insert(Arc::clone(&name), check);
        self.checks.push(CheckCount { group: Arc::clone(&group.path), name, passes: 0, fails: 0 });
        check
    }

    fn knows(&self, group: GroupId) -> bool {
        (group.0 as usize) < self.groups.len()
    }

    /// Path of a group; that of the root for a number of another recorder.
    pub(crate) fn path(&self, group: GroupId) -> &Arc<str> {
        &self.groups.get(group.0 as usize).unwrap_or(&self.groups[0]).path
    }

    #[inline]
    pub(crate) fn count(&mut self, check: u32, passed: bool) {
        if let Some(count) = self.checks.get_mut(check as usize) {
            count.passes += u64::from(passed);
            count.fails += u64::from(!passed);
        }
    }

    /// Hands over counts and new groups, and starts again at zero.
    pub(crate) fn take(
        &mut self,
        checks: &mut Vec<CheckCount>,
        groups: &mut Vec<Arc<str>>,
    ) -> BoundsReached {
        for count in &mut self.checks {
            if count.passes + count.fails > 0 {
                checks.push(count.clone());
                (count.passes, count.fails) = (0, 0);
            }
        }
        let new = &self.groups[self.groups_reported..];
        groups.extend(new.iter().map(|group| Arc::clone(&group.path)));
        self.groups_reported = self.groups.len();
        std::mem::take(&mut self.reached)
    }
}

/// Whether a name, of a group or of a check, can be part of a path.
pub fn check_name(name: &str) -> Result<(), NameError> {
    if name.contains(SEPARATOR) {
        return Err(NameError { name: name.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(groups_max: usize, checks_max: usize) -> CheckTable {
        CheckTable::new(&Limits { checks_max, groups_max, ..Limits::default() })
    }

    fn taken(table: &mut CheckTable) -> (Vec<CheckCount>, Vec<Arc<str>>, BoundsReached) {
        let (mut checks, mut groups) = (Vec::new(), Vec::new());
        let reached = table.take(&mut checks, &mut groups);
        (checks, groups, reached)
    }

    #[test]
    fn paths_are_made_of_names() {
        let mut table = table(10, 10);
        let outer = table.group(GroupId::ROOT, "outer").unwrap();
        let inner = table.group(outer, "inner").unwrap();
        assert_eq!(table.path(inner).as_ref(), "::outer::inner");
        assert_eq!(table.path(GroupId::ROOT).as_ref(), "");
        assert_eq!(table.group(outer, "inner").unwrap(), inner);
        assert_ne!(table.group(GroupId::ROOT, "inner").unwrap(), inner);
    }

    #[test]
    fn the_separator_is_refused_in_names() {
        let mut table = table(10, 10);
        let error = table.group(GroupId::ROOT, "a::b").unwrap_err();
        let start = "group and check names may not contain '::'";
        assert!(error.to_string().starts_with(start), "{error}");
        assert!(check_name("::").is_err() && check_name(":").is_ok());
    }

    #[test]
    fn a_group_is_found_by_its_path() {
        let mut table = table(10, 10);
        let outer = table.group(GroupId::ROOT, "outer").unwrap();
        let inner = table.group(outer, "inner").unwrap();
        assert_eq!(table.group_at("::outer::inner"), inner);
        for root in ["", "outer", "::"] {
            assert_eq!(table.group_at(root), GroupId::ROOT, "{root:?}");
        }
        let new = table.group_at("nothing::new::::deep");
        assert_eq!(table.path(new).as_ref(), "::new::deep");
    }

    #[test]
    fn counts_and_new_groups_are_handed_over_once() {
        let mut table = table(10, 10);
        let group = table.group(GroupId::ROOT, "login").unwrap();
        let check = table.check(group, "status is 200");
        table.count(check, true);
        table.count(check, false);
        table.count(check, true);
        table.check(group, "never seen");
        let (checks, groups, reached) = taken(&mut table);
        let expected = CheckCount {
            group: Arc::from("::login"),
            name: Arc::from("status is 200"),
            passes: 2,
            fails: 1,
        };
        assert_eq!(checks, [expected]);
        assert_eq!(groups, [Arc::from("::login")]);
        assert_eq!(reached, BoundsReached::default());
        let (checks, groups, _) = taken(&mut table);
        assert!(checks.is_empty() && groups.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_counted_together() {
        let mut table = table(2, 1);
        table.group(GroupId::ROOT, "fits").unwrap();
        let more = table.group(GroupId::ROOT, "b").unwrap();
        assert_eq!(table.group(more, "c").unwrap(), more);
        assert_eq!(table.path(more).as_ref(), "::(more)");
        let fits = table.check(GroupId::ROOT, "fits");
        let overflow = table.check(more, "x");
        assert_eq!(table.check(GroupId::ROOT, "y"), overflow);
        assert_ne!(fits, overflow);
        table.count(overflow, true);
        let (checks, _, reached) = taken(&mut table);
        assert_eq!((checks.len(), checks[0].name.as_ref()), (1, OVERFLOW_NAME));
        assert_eq!((reached.groups, reached.checks), (2, 2));
    }

    #[test]
    fn groups_in_groups_end_somewhere() {
        let mut table = table(1_000, 10);
        let mut group = GroupId::ROOT;
        for _ in 0..=GROUP_DEPTH_MAX {
            group = table.group(group, "in").unwrap();
        }
        assert_eq!(table.path(group).as_ref(), "::(more)");
        assert_eq!(taken(&mut table).2.groups, 1);
    }

    #[test]
    fn foreign_numbers_belong_to_the_root() {
        let mut table = table(10, 10);
        table.count(99, true);
        let check = table.check(GroupId(42), "here");
        table.count(check, true);
        assert_eq!(taken(&mut table).0[0].group.as_ref(), "");
    }
}
