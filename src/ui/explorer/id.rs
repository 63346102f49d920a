//! An id for each explorer, which `aria-labelledby` needs.

use std::sync::atomic::{AtomicUsize, Ordering};

fn next(count: &AtomicUsize) -> usize {
    count.fetch_add(1, Ordering::Relaxed)
}

/// An id that no other explorer on the page has, in a page that only the browser renders.
#[cfg(not(any(feature = "hydrate", feature = "ssr")))]
pub(super) fn unique_id() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("lora-rank-explorer-{}", next(&COUNT))
}

/// An id that no other explorer on the page has, the same on the server and in the browser.
///
/// - What is hydrated is counted on both sides, in the same order: in the browser for the page, on the server below the
///   reactive root, of which every request has its own.
/// - What the server sends and nobody hydrates (an explorer beside islands) is counted apart, `s…`, and so is what only the
///   browser makes, `c…`: neither can take a number that the other side gives away.
#[cfg(any(feature = "hydrate", feature = "ssr"))]
pub(super) fn unique_id() -> String {
    use leptos::prelude::Owner;

    static HYDRATED: AtomicUsize = AtomicUsize::new(0);
    static CLIENT: AtomicUsize = AtomicUsize::new(0);

    let hydrates = Owner::current_shared_context().map(|context| context.get_is_hydrating());
    if cfg!(target_family = "wasm") {
        return match hydrates {
            Some(true) => format!("lora-rank-explorer-{}", next(&HYDRATED)),
            _ => format!("lora-rank-explorer-c{}", next(&CLIENT)),
        };
    }
    let request = Request::current();
    match hydrates {
        Some(false) => format!("lora-rank-explorer-s{}", next(&request.still)),
        _ => format!("lora-rank-explorer-{}", next(&request.hydrated)),
    }
}

/// The counts of one response, kept at its reactive root.
#[cfg(any(feature = "hydrate", feature = "ssr"))]
#[derive(Default)]
struct Request {
    hydrated: AtomicUsize,
    still: AtomicUsize,
}

#[cfg(any(feature = "hydrate", feature = "ssr"))]
impl Request {
    fn current() -> std::sync::Arc<Self> {
        use leptos::prelude::{Owner, provide_context, use_context};

        let mut root = Owner::current().unwrap_or_default();
        while let Some(parent) = root.parent() {
            root = parent;
        }
        root.with(|| {
            use_context().unwrap_or_else(|| {
                let request = std::sync::Arc::<Self>::default();
                provide_context(request.clone());
                request
            })
        })
    }
}
