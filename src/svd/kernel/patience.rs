//! The count of iterations that have run out of patience, for the tests.
//!
//! Every iteration here has a bound on its steps, so that its end is certain. No matrix is known that comes to it. An assertion
//! would say so too, and break the promise never to panic for the first matrix that does; so tests read this count instead.

#[cfg(debug_assertions)]
thread_local! {
    static COUNT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// An iteration is cut off. Costs nothing in a release.
pub(crate) fn is_lost() {
    #[cfg(debug_assertions)]
    COUNT.set(COUNT.get() + 1);
}

/// How many iterations of this thread were cut off; always 0 in a release, which does not count.
#[doc(hidden)]
pub fn iterations_cut_off() -> usize {
    #[cfg(debug_assertions)]
    return COUNT.get();
    #[cfg(not(debug_assertions))]
    0
}
