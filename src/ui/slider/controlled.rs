//! [`Controlled`]: a value that belongs either to the parent or to the component.

use leptos::prelude::*;

/// A number within bounds: the parent's if it passes one, otherwise the component's own.
///
/// The *current* value is always within the bounds. The component's *own* value is stored unclamped, so a value that narrower
/// bounds cut off comes back when they widen again.
#[derive(Clone, Copy)]
pub(crate) struct Controlled {
    current: Memo<usize>,
    own: Option<RwSignal<usize>>,
    on_change: Option<Callback<usize>>,
}

impl Controlled {
    /// Whether `value` is given decides, once, whether the parent controls. `min` and `max` are inclusive.
    pub(crate) fn new(
        value: Option<Signal<usize>>,
        default: usize,
        min: Signal<usize>,
        max: Signal<usize>,
        on_change: Option<Callback<usize>>,
    ) -> Self {
        let own = value.is_none().then(|| RwSignal::new(default));
        let current = Memo::new(move |_| {
            let value = match (own, value) {
                (Some(own), _) => own.get(),
                (None, Some(value)) => value.get(),
                (None, None) => default,
            };
            value.min(max.get()).max(min.get())
        });
        Self { current, own, on_change }
    }

    /// The current value, clamped to the bounds.
    pub(crate) fn current(self) -> Memo<usize> {
        self.current
    }

    /// The person requests `value`: sets the component's own value, if it has one, and calls `on_change`. Does nothing if `value`
    /// is already current or the component has been disposed.
    pub(crate) fn request(self, value: usize) {
        if self.current.try_get_untracked().is_none_or(|current| current == value) {
            return;
        }
        if let Some(own) = self.own {
            own.set(value);
        }
        if let Some(on_change) = self.on_change {
            on_change.try_run(value);
        }
    }
}
