//! Clock and seed for QuickJS and libc, from our own imports: WASI's would make the host keep a
//! WASI context for each VU.
//!
//! The symbols replace those of libc: the linker takes the first definition, and objects come
//! before libraries.

use crate::host::timers;

/// `struct timeval` of wasi-libc.
#[repr(C)]
pub(crate) struct TimeVal {
    seconds: i64,
    microseconds: i64,
}

/// `struct timespec` of wasi-libc.
#[repr(C)]
pub(crate) struct TimeSpec {
    seconds: i64,
    nanoseconds: i32,
}

const NS_PER_S: u64 = 1_000_000_000;


/// The wall clock, for `Date`.
#[unsafe(no_mangle)]
extern "C" fn gettimeofday(time: *mut TimeVal, _zone: *mut u8) -> i32 {
    let now_ns = timers::wall_clock();
    let value = TimeVal {
        seconds: (now_ns / NS_PER_S) as i64,
        microseconds: (now_ns % NS_PER_S / 1_000) as i64,
    };
    // SAFETY: the caller passes a place for the result, as POSIX asks.
    unsafe { time.write(value) };
    0
}

/// Both clocks: 0 in `clock` means the wall clock in wasi-libc's numbering by address; QuickJS
/// asks for the monotonic one alone.
#[unsafe(no_mangle)]
extern "C" fn clock_gettime(_clock: *const u8, time: *mut TimeSpec) -> i32 {
    let now_ns = timers::now();
    let value = TimeSpec {
        seconds: (now_ns / NS_PER_S) as i64,
        nanoseconds: (now_ns % NS_PER_S) as i32,
    };
    // SAFETY: as above.
    unsafe { time.write(value) };
    0
}
