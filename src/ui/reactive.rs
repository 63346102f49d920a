//! Closures behind one type. Leptos compiles its machinery anew for every type of closure that it is handed; a component
//! with thirty of them pays for that in every page's bytes, so those of this crate go through here.

use std::sync::Arc;

use leptos::prelude::*;

/// A text that is made anew whenever what it reads changes.
pub(crate) type Text = Arc<dyn Fn() -> String + Send + Sync>;

/// A text that follows what `read` reads.
pub(crate) fn text(read: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(read)
}

/// Whether `text` is empty, for the attribute `hidden`. The selector `:empty` would not do: a server writes an empty text as a space.
pub(crate) fn is_empty(text: Signal<String>) -> Signal<bool> {
    Signal::derive(move || text.with(String::is_empty))
}

/// Runs `run` now and after each change of what it reads. Never runs on a server.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn start(run: Box<dyn FnMut()>) {
        #[cfg(all(feature = "ssr", any(feature = "csr", feature = "hydrate"), not(target_family = "wasm")))]
        return warn_of_mixed_features(run);
        #[cfg(not(all(feature = "ssr", any(feature = "csr", feature = "hydrate"), not(target_family = "wasm"))))]
        Effect::new(run);
    }
    start(Box::new(run));
}

/// Says once that this server was built with the browser's features. Effects call the browser and would panic here, so `_effect`
/// does not run.
#[cfg(all(feature = "ssr", any(feature = "csr", feature = "hydrate"), not(target_family = "wasm")))]
fn warn_of_mixed_features(_effect: Box<dyn FnMut()>) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        leptos::logging::warn!(
            "lora-rank-explorer: a server runs that was built with `csr` or `hydrate` beside `ssr`. The explorer's effects are \
             left out; those of other crates may call the browser and panic. Build the server with `ssr` alone: the browser's \
             half and the server's in two cargo calls, as cargo-leptos does"
        );
    });
}
