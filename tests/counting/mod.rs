//! An allocator that counts what a thread holds and can refuse it memory. A test that uses it is a file of its own, since there is one
//! allocator for a whole program.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// What this thread may ask for in one part; what it holds; the most it has held.
    static LARGEST: Cell<usize> = const { Cell::new(usize::MAX) };
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is forwarded to the system's allocator, or returns null, which reports a failed allocation.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LARGEST.get() {
            return std::ptr::null_mut();
        }
        HELD.set(HELD.get() + layout.size() as isize);
        PEAK.set(PEAK.get().max(HELD.get()));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.set(HELD.get() - layout.size() as isize);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The result of `run`, and what it holds at most, in bytes beyond what was held before.
pub fn peak<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = HELD.get();
    PEAK.set(before);
    let result = run();
    (result, (PEAK.get() - before) as u64)
}

/// The result of `run` with allocations limited to `bytes` each.
pub fn with_at_most<T>(bytes: usize, run: impl FnOnce() -> T) -> T {
    LARGEST.set(bytes);
    let result = run();
    LARGEST.set(usize::MAX);
    result
}
