//! Whether the person currently prefers reduced motion.

use std::cell::OnceCell;

use web_sys::{MediaQueryList, window};

/// Whether `prefers-reduced-motion: reduce` holds now. Only called in the browser: nothing moves on a server.
///
/// The browser keeps the page's one `MediaQueryList` up to date, so components need no listeners of their own.
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
