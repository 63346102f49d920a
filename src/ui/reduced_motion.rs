//! Whether the person asks for less motion, at this moment.

use std::cell::OnceCell;

use web_sys::{MediaQueryList, window};

/// Whether `prefers-reduced-motion: reduce` holds now. Client only: on the server nothing moves and nobody asks.
///
/// The browser keeps one `MediaQueryList` up to date for the whole page, so no component needs a listener of its own.
pub(super) fn prefers_reduced_motion() -> bool {
    thread_local! {
        static QUERY: OnceCell<Option<MediaQueryList>> = const { OnceCell::new() };
    }
    QUERY.with(|query| {
        query
            .get_or_init(|| window()?.match_media("(prefers-reduced-motion: reduce)").ok().flatten())
            .as_ref()
            .is_some_and(MediaQueryList::matches)
    })
}
