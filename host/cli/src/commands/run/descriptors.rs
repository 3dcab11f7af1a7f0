//! The limit on open files: raised as far as it goes, and compared with what the run may need.
//!
//! Every connection is a descriptor, and a VU has connections of its own. A run that hits the limit
//! fails requests with errors that look like the server's; so it is said before the run, not after.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are needed besides connections: standard streams, outputs, what the runtime and
/// each worker have for themselves. A round number above what was counted.
const RESERVED: u64 = 128;

/// Raises the soft limit to the hard one and gives what is allowed now; `None` is no limit.
pub(super) fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let wanted = Rlimit { current: limit.maximum, maximum: limit.maximum };
        // Refused where the hard limit is more than the kernel takes; the soft limit then stays.
        let _ = setrlimit(Resource::Nofile, wanted);
    }
    getrlimit(Resource::Nofile).current
}

/// What to tell the user when the run could open more files than it may.
pub(super) fn warning(limit: Option<u64>, vus_max: u64, makes_requests: bool) -> Option<String> {
    let limit = limit?;
    let needed = vus_max.saturating_add(RESERVED);
    if !makes_requests || needed <= limit {
        return None;
    }
    Some(format!(
        "the run may need {needed} open files, one connection for each of {vus_max} VUs and \
         {RESERVED} more, but this process may have only {limit}; raise the limit \
         (`ulimit -n {needed}`) or expect requests to fail"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_reaches_the_hard_one() {
        let hard = getrlimit(Resource::Nofile).maximum;
        let now = raise();
        assert_eq!(getrlimit(Resource::Nofile).current, now);
        if let Some(hard) = hard {
            assert!(now.is_some_and(|now| now <= hard));
        }
    }

    #[test]
    fn only_a_run_that_could_hit_the_limit_is_warned() {
        assert_eq!(warning(None, u64::MAX, true), None);
        assert_eq!(warning(Some(1024), 1024 - RESERVED, true), None);
        assert_eq!(warning(Some(1024), 5000, false), None);
        let text = warning(Some(1024), 1025 - RESERVED, true).unwrap();
        assert!(text.contains("ulimit -n 1025"), "{text}");
        assert!(text.contains("only 1024"), "{text}");
        assert!(warning(Some(1024), u64::MAX, true).is_some());
    }
}
