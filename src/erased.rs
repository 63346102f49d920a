//! Closures behind one type. Leptos compiles its machinery anew for every type of closure that it is handed; a component
//! with thirty of them pays for that in every page's bytes, so those of this crate go through here.

use leptos::prelude::*;

/// A text that follows what `read` reads.
pub(crate) fn text(read: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(read)
}

/// Whether `text` is empty, for the attribute `hidden`. The selector `:empty` would not do: a server writes an empty text as a space.
pub(crate) fn is_empty(text: Signal<String>) -> Signal<bool> {
    Signal::derive(move || text.with(String::is_empty))
}

/// Runs `run` now and whenever what it reads changes; on the server never.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn start(run: Box<dyn FnMut()>) {
        Effect::new(run);
    }
    start(Box::new(run));
}
