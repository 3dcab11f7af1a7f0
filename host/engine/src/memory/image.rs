//! The memory of one instance as the first contents of others.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::mapping;
use super::slab::Slab;

/// Where a linear memory is, for somebody else than wasmtime.
#[derive(Default)]
pub(crate) struct Place {
    address: AtomicUsize,
    size_bytes: AtomicUsize,
}

impl Place {
    pub(super) fn set(&self, address: usize, size_bytes: usize) {
        self.address.store(address, Ordering::Relaxed);
        self.size_bytes.store(size_bytes, Ordering::Relaxed);
    }
}

/// Slots that start as copies of a memory.
pub(crate) struct MemoryImage {
    pub(super) slab: Slab,
    /// Size of the linear memory; the slot is larger.
    pub(super) size_bytes: usize,
}

impl MemoryImage {
    /// Copies the memory at `place`, whose guest must not be running. Pages of zeroes use no
    /// memory.
    pub(crate) fn take(place: &Place) -> io::Result<Arc<Self>> {
        let address = place.address.load(Ordering::Relaxed);
        let size_bytes = place.size_bytes.load(Ordering::Relaxed);
        // Room to grow by a quarter before the memory has to move, which would copy all of it.
        let slot_bytes = (size_bytes + size_bytes / 4).next_power_of_two();
        let file = mapping::memory_file("squall-image", slot_bytes)?;
        let writer = File::from(file.try_clone()?);
        mapping::with_bytes(address, size_bytes, |bytes| write_sparse(&writer, bytes))?;
        Ok(Arc::new(Self { slab: Slab::of_image(slot_bytes, file), size_bytes }))
    }
}

fn write_sparse(file: &File, bytes: &[u8]) -> io::Result<()> {
    let page_bytes = mapping::page_bytes();
    for (index, page) in bytes.chunks(page_bytes).enumerate() {
        if page.iter().any(|byte| *byte != 0) {
            file.write_all_at(page, (index * page_bytes) as u64)?;
        }
    }
    Ok(())
}
