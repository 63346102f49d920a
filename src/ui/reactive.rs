//! Closures behind one type. Leptos is generic over closures, so each closure type adds a copy of its code to every page. A
//! component with thirty closures pays for thirty copies, so this crate passes its closures through these functions.

use std::sync::Arc;

use leptos::prelude::*;

/// A text that is computed again after each change of what it reads.
pub(crate) type Text = Arc<dyn Fn() -> String + Send + Sync>;

/// The text that `read` returns, tracked.
pub(crate) fn text(read: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(read)
}

/// What [`initial`] returns.
#[cfg(not(feature = "ssr"))]
pub(crate) type Initial = String;
#[cfg(feature = "ssr")]
pub(crate) type Initial = Signal<String>;

/// The texts that `read` returns when the component is created. What comes later is set by an effect.
#[cfg(not(feature = "ssr"))]
pub(crate) fn initial<const COUNT: usize>(read: impl Fn() -> [String; COUNT]) -> [Initial; COUNT] {
    untrack(read)
}

/// The texts that `read` returns when the server renders: later than it creates the component, when resources have arrived.
#[cfg(feature = "ssr")]
pub(crate) fn initial<const COUNT: usize>(
    read: impl Fn() -> [String; COUNT] + Copy + Send + Sync + 'static,
) -> [Initial; COUNT] {
    std::array::from_fn(|i| text(move || untrack(read).into_iter().nth(i).unwrap_or_default()))
}

/// Whether `text` is empty, for the attribute `hidden`. The CSS selector `:empty` does not work here: a server renders an empty
/// text as a space. Not a `Signal<bool>`: that would be the only one, and its code takes 1.2 kB of a page.
pub(crate) fn is_empty(text: Signal<String>) -> impl Fn() -> bool + Send + Sync + Copy + 'static {
    move || text.with(String::is_empty)
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

/// Warns once that this server was built with the browser's features. Effects call the browser and would panic here, so `_effect`
/// is not run.
#[cfg(all(feature = "ssr", any(feature = "csr", feature = "hydrate"), not(target_family = "wasm")))]
fn warn_of_mixed_features(_effect: Box<dyn FnMut()>) {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        leptos::logging::warn!(
            "lora-rank-explorer: this server was built with `csr` or `hydrate` beside `ssr`. The explorer's effects do not run; \
             effects of other crates may call the browser and panic. Build the server with `ssr` alone, and the browser's half \
             in a second cargo call, as cargo-leptos does"
        );
    });
}

/// `From` every kind of signal of `$value` for a prop that is made from a closure. The `nightly` signals are closures themselves.
macro_rules! from_signals {
    ([$($parameter:tt)*] $value:ty => $prop:ty) => {
        from_signals!(Signal [$($parameter)*] $value => $prop);
        from_signals!(RwSignal [$($parameter)*] $value => $prop);
        from_signals!(ReadSignal [$($parameter)*] $value => $prop);
        from_signals!(Memo [$($parameter)*] $value => $prop);
    };
    ($signal:ident [$($parameter:tt)*] $value:ty => $prop:ty) => {
        #[cfg(not(feature = "nightly"))]
        impl<$($parameter)*> From<$signal<$value>> for $prop {
            fn from(signal: $signal<$value>) -> Self {
                (move || signal.get()).into()
            }
        }
    };
}
pub(crate) use from_signals;
