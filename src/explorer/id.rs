//! An id for each explorer, which `aria-labelledby` needs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use leptos::prelude::*;

/// Counts the explorers below one root: one rendered page, or one mount.
#[derive(Clone)]
struct Explorers {
    root: usize,
    count: Arc<AtomicUsize>,
}

/// An id that no other explorer on the page has.
///
/// Counted from the reactive root, so two requests for a page get the same ids and the browser finds them again when it
/// hydrates. A page may have several roots in the browser: each after the first puts its own number in front.
pub(super) fn unique_id() -> String {
    let mut root = Owner::current().unwrap_or_default();
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let Explorers { root, count } = root.with(|| {
        use_context::<Explorers>().unwrap_or_else(|| {
            let explorers = Explorers { root: root_number(), count: Arc::default() };
            provide_context(explorers.clone());
            explorers
        })
    });
    let number = count.fetch_add(1, Ordering::Relaxed) + 1;
    if root == 0 { format!("lora-rank-explorer-{number}") } else { format!("lora-rank-explorer-{root}-{number}") }
}

/// In the browser, how many roots there were before this one. On a server every root is a page of its own.
fn root_number() -> usize {
    static ROOTS: AtomicUsize = AtomicUsize::new(0);
    if cfg!(target_family = "wasm") { ROOTS.fetch_add(1, Ordering::Relaxed) } else { 0 }
}
