//! How many lines about failing iterations a worker may log, so that a broken script does not turn
//! into a benchmark of the terminal.

use std::cell::Cell;

use crate::clock;

/// Lines a second and worker; what is beyond is counted and said once a second.
const LINES_PER_S: u32 = 100;

/// Counts lines within the running second.
#[derive(Default)]
pub(crate) struct LogBudget {
    second: Cell<u64>,
    lines: Cell<u32>,
    suppressed: Cell<u64>,
}

impl LogBudget {
    /// True when another line may be logged now.
    pub(crate) fn allows(&self) -> bool {
        self.allows_at(clock::now_ns() / 1_000_000_000)
    }

    fn allows_at(&self, second: u64) -> bool {
        if self.second.replace(second) != second {
            self.lines.set(0);
        }
        if self.lines.get() == LINES_PER_S {
            self.suppressed.set(self.suppressed.get() + 1);
            return false;
        }
        self.lines.set(self.lines.get() + 1);
        true
    }

    /// Lines that were not logged since the last call.
    pub(crate) fn take_suppressed(&self) -> u64 {
        self.suppressed.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_budget_are_counted() {
        let budget = LogBudget::default();
        let allowed = (0..150).filter(|_| budget.allows_at(7)).count();
        assert_eq!(allowed, LINES_PER_S as usize);
        assert_eq!(budget.take_suppressed(), 50);
        assert!(budget.allows_at(8));
        assert_eq!(budget.take_suppressed(), 0);
    }
}
