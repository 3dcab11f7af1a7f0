//! The mapping calls, made safe to call. Nothing else in the crate talks to the kernel about
//! memory.
//!
//! Addresses are `usize`: they are handed to wasmtime, which checks every access that a guest
//! makes.
#![expect(
    unsafe_code,
    reason = "mapping memory has no safe interface; each call says why it is sound"
)]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr;

/// Linux 6.13 and later: makes a range fault without splitting its mapping. Not yet in the libc
/// crate for all targets.
#[cfg(target_os = "linux")]
const MADV_GUARD_INSTALL: libc::c_int = 102;

/// Page size of the machine in bytes.
pub(super) fn page_bytes() -> usize {
    rustix::param::page_size()
}

/// Reserves `length_bytes` of zeroed memory, readable and writable, committed page by page on first
/// touch.
pub(super) fn reserve(length_bytes: usize) -> io::Result<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a fresh anonymous mapping at an address of the kernel's choice touches no existing
    // memory.
    let address = unsafe { libc::mmap(ptr::null_mut(), length_bytes, protection, flags, -1, 0) };
    if address == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    #[cfg(target_os = "linux")]
    // SAFETY: advice on the range that was just mapped. Huge pages would make every sparsely used
    // slot resident; kernels without them refuse the advice, which changes nothing.
    unsafe {
        libc::madvise(address, length_bytes, libc::MADV_NOHUGEPAGE);
    }
    Ok(address as usize)
}

/// A file in memory, `length_bytes` of zeroes that use no memory until they are written.
pub(super) fn memory_file(name: &str, length_bytes: usize) -> io::Result<OwnedFd> {
    #[cfg(target_os = "linux")]
    let file = rustix::fs::memfd_create(name, rustix::fs::MemfdFlags::CLOEXEC)?;
    // A file that has no name any more is as good, where the temporary folder is in memory.
    #[cfg(not(target_os = "linux"))]
    let file = {
        let _ = name;
        OwnedFd::from(tempfile::tempfile()?)
    };
    rustix::fs::ftruncate(&file, length_bytes as u64)?;
    Ok(file)
}

/// Puts a file over a range of reserved memory: reading gives the file, writing copies the page.
pub(super) fn map_image(address: usize, length_bytes: usize, image: &OwnedFd) -> io::Result<()> {
    let flags = libc::MAP_PRIVATE | libc::MAP_FIXED | libc::MAP_NORESERVE;
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let (place, file) = (address as *mut libc::c_void, image.as_raw_fd());
    // SAFETY: the range belongs to a slot that is not in use yet; the file is as long as the range.
    let mapped = unsafe { libc::mmap(place, length_bytes, protection, flags, file, 0) };
    if mapped == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Runs `read` on the bytes of a slot.
pub(super) fn with_bytes<T>(
    address: usize,
    length_bytes: usize,
    read: impl FnOnce(&[u8]) -> T,
) -> T {
    // SAFETY: the range belongs to a memory of the caller, who keeps its guest from running.
    read(unsafe { std::slice::from_raw_parts(address as *const u8, length_bytes) })
}

/// Gives a reserved range back to the system.
pub(super) fn release(address: usize, length_bytes: usize) {
    // SAFETY: callers pass a range that `reserve` returned and that nobody uses any more.
    let result = unsafe { libc::munmap(address as *mut libc::c_void, length_bytes) };
    debug_assert_eq!(result, 0, "unmapping a range that was mapped here cannot fail");
}

/// Drops the contents of pages: they read as what is mapped there afterwards, zeroes or an image,
/// and use no memory. Guards stay.
pub(super) fn discard(address: usize, length_bytes: usize) {
    #[cfg(target_os = "linux")]
    // SAFETY: the range belongs to a slot that was just given back; the mapping itself stays.
    unsafe {
        let result = libc::madvise(address as *mut libc::c_void, length_bytes, libc::MADV_DONTNEED);
        debug_assert_eq!(result, 0, "discarding pages of an own mapping cannot fail");
    }
    #[cfg(not(target_os = "linux"))]
    // SAFETY: as above. Elsewhere MADV_DONTNEED does not promise zeroes, so the bytes are written.
    unsafe {
        ptr::write_bytes(address as *mut u8, 0, length_bytes);
    }
}

/// Makes a page range fault on access: first without a mapping of its own (Linux 6.13+), else by
/// protection.
pub(super) fn guard(address: usize, length_bytes: usize) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    // SAFETY: the range is part of a slot that is not in use yet.
    if unsafe { libc::madvise(address as *mut libc::c_void, length_bytes, MADV_GUARD_INSTALL) } == 0
    {
        return Ok(());
    }
    // SAFETY: as above.
    match unsafe { libc::mprotect(address as *mut libc::c_void, length_bytes, libc::PROT_NONE) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Copies between two slots.
pub(super) fn copy(from: usize, to: usize, length_bytes: usize) {
    // SAFETY: both ranges are slots of at least this length, owned by one memory, and distinct.
    unsafe {
        ptr::copy_nonoverlapping(from as *const u8, to as *mut u8, length_bytes);
    }
}
