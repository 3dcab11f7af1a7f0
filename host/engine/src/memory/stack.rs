//! Fiber stacks of VUs, from one slab: a guard page, then the stack.

use std::ops::Range;
use std::sync::Arc;

use wasmtime::{StackCreator, StackMemory};

use super::mapping;
use super::slab::Slab;

/// Hands out stacks of one size. One for a process.
pub(crate) struct SlabStacks {
    slab: Arc<Slab>,
    guard_bytes: usize,
    stack_bytes: usize,
}

impl SlabStacks {
    /// `slot_bytes` is the distance between two stacks; the guard page is taken from it.
    pub(crate) fn new(slot_bytes: usize) -> Self {
        let guard_bytes = mapping::page_bytes();
        let slab = Arc::new(Slab::new(slot_bytes, guard_bytes));
        Self { slab, guard_bytes, stack_bytes: slot_bytes - guard_bytes }
    }

    /// What a stack can hold, for `Config::async_stack_size`.
    pub(crate) fn stack_bytes(&self) -> usize {
        self.stack_bytes
    }
}

struct SlabStack {
    slab: Arc<Slab>,
    slot: usize,
    guard_bytes: usize,
    stack_bytes: usize,
}

#[expect(unsafe_code, reason = "wasmtime's trait is unsafe to implement")]
// SAFETY: every stack is a slot of its own, page aligned, with a page below it that faults, mapped
// until it is dropped.
unsafe impl StackCreator for SlabStacks {
    fn new_stack(&self, size: usize, _zeroed: bool) -> wasmtime::Result<Box<dyn StackMemory>> {
        if size > self.stack_bytes {
            let have = self.stack_bytes;
            return Err(wasmtime::Error::msg(format!(
                "a fiber stack of {size} bytes was asked for, slots hold {have}"
            )));
        }
        let slot = self.slab.take().map_err(|error| {
            wasmtime::Error::msg(format!("no address space for another VU's stack: {error}"))
        })?;
        Ok(Box::new(SlabStack {
            slab: Arc::clone(&self.slab),
            slot,
            guard_bytes: self.guard_bytes,
            stack_bytes: self.stack_bytes,
        }))
    }
}

#[expect(unsafe_code, reason = "wasmtime's trait is unsafe to implement")]
// SAFETY: the ranges are those of the slot; see `SlabStacks`.
unsafe impl StackMemory for SlabStack {
    fn top(&self) -> *mut u8 {
        self.range().end as *mut u8
    }

    fn range(&self) -> Range<usize> {
        let start = self.slot + self.guard_bytes;
        start..start + self.stack_bytes
    }

    fn guard_range(&self) -> Range<*mut u8> {
        self.slot as *mut u8..(self.slot + self.guard_bytes) as *mut u8
    }
}

impl Drop for SlabStack {
    fn drop(&mut self) {
        self.slab.give_back(self.slot, self.stack_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_a_slot_without_its_guard() {
        let stacks = SlabStacks::new(256 << 10);
        let stack = stacks.new_stack(stacks.stack_bytes(), false).unwrap();
        let range = stack.range();
        assert_eq!(range.len(), (256 << 10) - mapping::page_bytes());
        assert_eq!(stack.top() as usize, range.end);
        assert_eq!(stack.guard_range().end as usize, range.start);
        assert!(stacks.new_stack(1 << 20, false).is_err());
    }
}
