//! Counts the iterations that reach their iteration limit, for the tests.
//!
//! Every iteration has a limit on its steps, so it always ends. No known matrix reaches a limit. We count instead of asserting,
//! since an assertion would break the promise never to panic.

#[cfg(debug_assertions)]
thread_local! {
    static COUNT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts an iteration that has reached its limit. Does nothing in release builds.
pub(crate) fn count_reached() {
    #[cfg(debug_assertions)]
    COUNT.set(COUNT.get() + 1);
}

/// How many iterations of this thread have reached their limit. Always 0 in release builds, which do not count.
#[doc(hidden)]
pub fn iterations_cut_off() -> usize {
    #[cfg(debug_assertions)]
    return COUNT.get();
    #[cfg(not(debug_assertions))]
    0
}
