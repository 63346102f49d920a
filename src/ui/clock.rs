//! The clock for animations and delays.

use leptos::prelude::window;
use web_sys::Performance;

/// Seconds on the page's monotonic clock.
pub(crate) fn now() -> f64 {
    thread_local! {
        static CLOCK: Option<Performance> = window().performance();
    }
    CLOCK.with(|clock| clock.as_ref().map_or(0.0, |clock| clock.now() / 1000.0))
}
