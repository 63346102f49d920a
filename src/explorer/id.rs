//! An id for each explorer, which `aria-labelledby` needs.

use std::sync::atomic::{AtomicUsize, Ordering};

/// An id that no other explorer on the page has, in a page that only the browser renders.
#[cfg(not(any(feature = "hydrate", feature = "ssr")))]
pub(super) fn unique_id() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("lora-rank-explorer-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// An id that no other explorer on the page has, the same on the server and in the browser.
///
/// Counted from the reactive root, so two requests for a page get the same ids and the browser finds them again when it
/// hydrates. A page may have several roots in the browser: each after the first puts its own number in front.
#[cfg(any(feature = "hydrate", feature = "ssr"))]
pub(super) fn unique_id() -> String {
    use std::sync::Arc;

    use leptos::prelude::*;

    /// The number of the root, and the count of the explorers below it.
    #[derive(Clone)]
    struct Explorers(usize, Arc<AtomicUsize>);

    static ROOTS: AtomicUsize = AtomicUsize::new(0);

    let mut root = Owner::current().unwrap_or_default();
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let Explorers(root, count) = root.with(|| {
        use_context().unwrap_or_else(|| {
            // On a server every root is a page of its own.
            let number = if cfg!(target_family = "wasm") { ROOTS.fetch_add(1, Ordering::Relaxed) } else { 0 };
            let explorers = Explorers(number, Arc::default());
            provide_context(explorers.clone());
            explorers
        })
    });
    let number = count.fetch_add(1, Ordering::Relaxed);
    if root == 0 { format!("lora-rank-explorer-{number}") } else { format!("lora-rank-explorer-{root}-{number}") }
}
