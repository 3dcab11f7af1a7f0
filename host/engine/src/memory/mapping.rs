//! The four mapping calls, made safe to call. Nothing else in the crate talks to the kernel about
//! memory.
//!
//! Addresses are `usize`: they are handed to wasmtime, which checks every access that a guest
//! makes.
#![expect(
    unsafe_code,
    reason = "mapping memory has no safe interface; each call says why it is sound"
)]

use std::io;
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

/// Gives a reserved range back to the system.
pub(super) fn release(address: usize, length_bytes: usize) {
    // SAFETY: callers pass a range that `reserve` returned and that nobody uses any more.
    let result = unsafe { libc::munmap(address as *mut libc::c_void, length_bytes) };
    debug_assert_eq!(result, 0, "unmapping a range that was mapped here cannot fail");
}

/// Drops the contents of pages: they read as zero afterwards and use no memory. Guards stay.
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
