//! What a process and its descendants take of the machine's memory, from `/proc`.
//!
//! Two ways of counting, neither of which is the resident set size: VUs of squall map one image
//! of memory many times, and every mapping of a shared page would count. [`Memory`] splits shared
//! pages fairly and takes the kernel a while to add up; [`private_bytes`] leaves pages of shared
//! memory out and is quick, for peaks.

use std::path::Path;

use anyhow::Context as _;

/// Levels of descendants that are counted.
const DEPTH_MAX: u32 = 8;

/// The memory of a process and its descendants at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// Pages, those that are mapped more than once in equal parts (PSS).
    pub pages_bytes: u64,
    /// The tables by which the kernel finds them (`VmPTE`).
    pub page_tables_bytes: u64,
}

impl Memory {
    /// Reads what a process and its descendants take now.
    pub fn of_tree(pid: u32) -> anyhow::Result<Self> {
        let mut total = Self::default();
        for pid in tree(pid) {
            let folder = format!("/proc/{pid}");
            let rollup = read(&format!("{folder}/smaps_rollup"))?;
            let status = read(&format!("{folder}/status"))?;
            total.pages_bytes += field_bytes(&rollup, "Pss:")
                .with_context(|| format!("`{folder}/smaps_rollup` has no line `Pss:`"))?;
            total.page_tables_bytes += field_bytes(&status, "VmPTE:")
                .with_context(|| format!("`{folder}/status` has no line `VmPTE:`"))?;
        }
        Ok(total)
    }

    /// All in.
    pub fn bytes(self) -> u64 {
        self.pages_bytes + self.page_tables_bytes
    }
}

/// Anonymous pages, pages of files and page tables of a process and its descendants; 0 for what
/// is gone.
pub fn private_bytes(pid: u32) -> u64 {
    let status = |pid: u32| std::fs::read_to_string(format!("/proc/{pid}/status")).ok();
    tree(pid).into_iter().filter_map(status).map(|status| private_of(&status)).sum()
}

fn private_of(status: &str) -> u64 {
    let names = ["RssAnon:", "RssFile:", "VmPTE:"];
    names.iter().filter_map(|name| field_bytes(status, name)).sum()
}

/// Open descriptors of a process and its descendants; 0 for what is gone.
pub fn open_descriptors(pid: u32) -> usize {
    let count = |pid: u32| std::fs::read_dir(format!("/proc/{pid}/fd")).map(Iterator::count);
    tree(pid).into_iter().filter_map(|pid| count(pid).ok()).sum()
}

/// What the machine can still give, if it says.
pub fn available_bytes() -> Option<u64> {
    field_bytes(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")
}

/// A process and its descendants.
fn tree(pid: u32) -> Vec<u32> {
    let mut all = vec![pid];
    let mut level = vec![pid];
    for _ in 0..DEPTH_MAX {
        level = level.into_iter().flat_map(children).collect();
        if level.is_empty() {
            break;
        }
        all.extend(&level);
    }
    all
}

/// The processes that a process has started, by whichever of its threads.
fn children(pid: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let of_thread = |path: &Path| std::fs::read_to_string(path.join("children")).ok();
    threads
        .filter_map(|thread| of_thread(&thread.ok()?.path()))
        .flat_map(|list| {
            list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}

fn read(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("`{path}` cannot be read: the process has ended, or is not ours"))
}

/// The value of a line such as `VmPTE:     52 kB`.
fn field_bytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_with_their_unit() {
        let status = "Name:\tx\nRssAnon:\t    2048 kB\nRssFile:\t 8 kB\nRssShmem:\t 512 kB\n\
                      VmPTE:\t      40 kB\n";
        assert_eq!(field_bytes(status, "VmPTE:"), Some(40 << 10));
        assert_eq!(field_bytes(status, "Pss:"), None);
        assert_eq!(field_bytes(status, "Name:"), None);
        assert_eq!(private_of(status), (2048 + 8 + 40) << 10);
    }

    #[test]
    fn this_process_takes_memory() {
        let memory = Memory::of_tree(std::process::id()).unwrap();
        assert!(memory.pages_bytes > 100_000 && memory.page_tables_bytes > 0, "{memory:?}");
        assert_eq!(memory.bytes(), memory.pages_bytes + memory.page_tables_bytes);
        assert!(private_bytes(std::process::id()) > 100_000);
        assert!(available_bytes().unwrap() > 0);
        let before = open_descriptors(std::process::id());
        let files: Vec<_> =
            (0..500).map(|_| std::fs::File::open("/proc/self/stat").unwrap()).collect();
        // Other tests of this process may close some of theirs meanwhile.
        assert!(open_descriptors(std::process::id()) >= before.min(1) + files.len());
        assert_eq!(private_bytes(u32::MAX), 0);
        let error = Memory::of_tree(u32::MAX).unwrap_err();
        assert!(error.to_string().contains("smaps_rollup"), "{error}");
    }
}
