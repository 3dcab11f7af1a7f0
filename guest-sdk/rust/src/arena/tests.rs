//! Blocks never overlap, keep their content and come back; what does not fit is the system's.

use super::*;
use crate::random;

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).unwrap()
}

#[test]
fn classes_hold_their_sizes_and_waste_little() {
    let mut last = Class { index: 0, bytes: 16 };
    for size in 1..=BLOCK_BYTES_MAX {
        let class = Class::of(layout(size)).unwrap();
        assert!(class.bytes >= size && class.bytes.is_multiple_of(ALIGN), "{size}: {class:?}");
        assert!(class.bytes <= 16 || class.bytes * 2 < size * 3 + 32, "{size}: {class:?}");
        assert!(class == last || (class.index == last.index + 1 && class.bytes > last.bytes));
        last = class;
    }
    assert_eq!(last, Class { index: CLASSES - 1, bytes: BLOCK_BYTES_MAX });
    assert_eq!(Class::of(layout(BLOCK_BYTES_MAX + 1)), None);
    assert_eq!(Class::of(Layout::from_size_align(32, 32).unwrap()), None);
}

#[test]
fn a_freed_block_is_used_again() {
    let arena = Arena::new();
    // SAFETY: the blocks are freed once, with their layout.
    unsafe {
        let first = arena.alloc(layout(100));
        let second = arena.alloc(layout(100));
        assert_ne!(first, second);
        arena.dealloc(first, layout(100));
        assert_eq!(arena.alloc(layout(120)), first, "100 and 120 bytes are of one class");
        assert_eq!(arena.used_bytes.get(), 256);
    }
}

#[test]
fn the_last_block_grows_and_shrinks_in_its_place() {
    let arena = Arena::new();
    // SAFETY: the block is used with the layout that it has at that time.
    unsafe {
        let block = arena.alloc(layout(10));
        let mut size = 10;
        for new_size in [100, 300, 500, 20] {
            assert_eq!(arena.realloc(block, layout(size), new_size), block);
            size = new_size;
        }
        assert_eq!(arena.used_bytes.get(), 32);
    }
}

#[test]
fn the_system_takes_over_when_the_arena_is_full() {
    let arena = Arena::new();
    // SAFETY: every block is freed once, with its layout.
    unsafe {
        let blocks: Vec<*mut u8> = (0..20).map(|_| arena.alloc(layout(500))).collect();
        let ours = blocks.iter().filter(|block| arena.owns(**block)).count();
        assert_eq!(ours, ARENA_BYTES / BLOCK_BYTES_MAX);
        for block in blocks {
            arena.dealloc(block, layout(500));
        }
        let again = arena.alloc(layout(500));
        assert!(arena.owns(again));
        let large = arena.alloc(layout(BLOCK_BYTES_MAX + 1));
        assert!(!arena.owns(large));
        arena.dealloc(large, layout(BLOCK_BYTES_MAX + 1));
    }
}

/// One live block, filled with a byte of its own.
struct Block {
    start: *mut u8,
    size: usize,
    fill: u8,
}

impl Block {
    fn check(&self) {
        // SAFETY: the block is live and was filled over its whole size.
        let content = unsafe { std::slice::from_raw_parts(self.start, self.size) };
        assert!(
            content.iter().all(|byte| *byte == self.fill),
            "somebody else wrote to a live block"
        );
    }

    fn fill(&mut self) {
        // SAFETY: the block is live and this large.
        unsafe { ptr::write_bytes(self.start, self.fill, self.size) };
    }
}

fn random_size() -> usize {
    let bits = random::below(11);
    1 + random::below(1 << bits) as usize
}

#[test]
fn random_use_keeps_every_live_block_intact() {
    random::seed(20_26);
    let arena = Arena::new();
    let mut live: Vec<Block> = Vec::new();
    for step in 0..20_000_u32 {
        // SAFETY: blocks leave `live` when they are freed, and `size` follows reallocation.
        unsafe {
            match random::below(3) {
                0 if !live.is_empty() => {
                    let index = random::below(live.len() as u64) as usize;
                    let block = live.swap_remove(index);
                    block.check();
                    arena.dealloc(block.start, layout(block.size));
                }
                1 if !live.is_empty() => {
                    let index = random::below(live.len() as u64) as usize;
                    let block = &mut live[index];
                    block.check();
                    let new_size = random_size();
                    block.start = arena.realloc(block.start, layout(block.size), new_size);
                    block.size = block.size.min(new_size);
                    block.check();
                    block.size = new_size;
                    block.fill();
                }
                _ if live.len() < 64 => {
                    let size = random_size();
                    let start = arena.alloc(layout(size));
                    assert!((start as usize).is_multiple_of(8), "{start:?}");
                    let mut block = Block { start, size, fill: step as u8 };
                    block.fill();
                    live.push(block);
                }
                _ => {}
            }
        }
    }
    for block in live {
        block.check();
        // SAFETY: it is live and goes away here.
        unsafe { arena.dealloc(block.start, layout(block.size)) };
    }
}
