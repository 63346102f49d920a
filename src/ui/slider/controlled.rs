//! [`ControlledValue`], what `r` and `value` take, and [`Controlled`]: a value that belongs to the parent or to the component.

use leptos::prelude::*;

use crate::ui::read_from::ReadFrom;

/// What `r` and `value` accept: a number, or a signal, memo or closure of one.
///
/// With `on_r_change` (`on_change`), the parent decides: the component asks for a value and shows the one that it then gets. An
/// [`RwSignal`] without a callback is two-way: the component sets it. Anything else without a callback stays as it is.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::LoRaRankExplorer;
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let rank = RwSignal::new(2);
///     let even = RwSignal::new(2);
///     view! {
///         <LoRaRankExplorer r=rank />
///         <LoRaRankExplorer r=even on_r_change=move |rank| if rank % 2 == 0 { even.set(rank) } />
///         <LoRaRankExplorer r=move || rank.get().max(4) />
///     }
/// }
/// ```
///
/// With the feature `nightly`, where signals are closures, an `RwSignal` is only read; [`two_way`](Self::two_way) says so there.
#[derive(Clone, Copy)]
pub struct ControlledValue {
    read: Signal<usize>,
    two_way: Option<RwSignal<usize>>,
}

impl ControlledValue {
    /// A signal that the component sets if there is no callback.
    pub fn two_way(signal: RwSignal<usize>) -> Self {
        Self { read: signal.into(), two_way: Some(signal) }
    }

    pub(crate) fn one_way(read: impl Into<Signal<usize>>) -> Self {
        Self { read: read.into(), two_way: None }
    }
}

impl From<usize> for ControlledValue {
    fn from(value: usize) -> Self {
        Self::one_way(Signal::stored(value))
    }
}

impl<Read> From<Read> for ControlledValue
where
    usize: ReadFrom<Read, Output = usize>,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        Self::one_way(Signal::derive(move || usize::read_from(&read)))
    }
}

#[cfg(not(feature = "nightly"))]
impl From<RwSignal<usize>> for ControlledValue {
    fn from(signal: RwSignal<usize>) -> Self {
        Self::two_way(signal)
    }
}

#[cfg(not(feature = "nightly"))]
macro_rules! one_way {
    ($($signal:ident),*) => {$(
        impl From<$signal<usize>> for ControlledValue {
            fn from(signal: $signal<usize>) -> Self {
                Self::one_way(signal)
            }
        }
    )*};
}

#[cfg(not(feature = "nightly"))]
one_way!(Signal, ReadSignal, Memo, ArcSignal, ArcRwSignal, ArcReadSignal, ArcMemo);

/// A number within bounds: the parent's if it passes one, otherwise the component's own.
///
/// The *current* value is always within the bounds. The component's *own* value is stored unclamped, so a value that narrower
/// bounds cut off comes back when they widen again.
#[derive(Clone, Copy)]
pub(crate) struct Controlled {
    current: Memo<usize>,
    /// What the component sets: its own value, or the parent's signal.
    own: Option<RwSignal<usize>>,
    on_change: Option<Callback<usize>>,
}

impl Controlled {
    /// Whether `value` is given decides, once, whether the parent controls. `min` and `max` are inclusive.
    pub(crate) fn new(
        value: Option<ControlledValue>,
        default: usize,
        min: Signal<usize>,
        max: Signal<usize>,
        on_change: Option<Callback<usize>>,
    ) -> Self {
        let (read, own) = match value {
            Some(value) => (value.read, value.two_way.filter(|_| on_change.is_none())),
            None => {
                let own = RwSignal::new(default);
                (own.into(), Some(own))
            }
        };
        let current = Memo::new(move |_| read.get().min(max.get()).max(min.get()));
        Self { current, own, on_change }
    }

    /// The current value, clamped to the bounds.
    pub(crate) fn current(self) -> Memo<usize> {
        self.current
    }

    /// The person requests `value`: sets what the component may set, and calls `on_change`. Does nothing if `value` is already
    /// current or the component has been disposed.
    pub(crate) fn request(self, value: usize) {
        if self.current.try_get_untracked().is_none_or(|current| current == value) {
            return;
        }
        if let Some(own) = self.own {
            own.try_set(value);
        }
        if let Some(on_change) = self.on_change {
            on_change.try_run(value);
        }
    }
}
