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

/// Runs `run` now and whenever what it reads changes; on the server never.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn start(run: Box<dyn FnMut()>) {
        Effect::new(run);
    }
    start(Box::new(run));
}
