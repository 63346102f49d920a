//! [`MarkerTransition`]: what the prop `transition` takes.

use std::sync::Arc;

use crate::motion::spring::Spring;
use crate::motion::transition::{Transition, Tween};
use crate::ui::animation::ReadTransition;
use crate::ui::reactive::from_signals;
use crate::ui::read_from::ReadFrom;
#[cfg(not(feature = "nightly"))]
use leptos::prelude::*;

/// What `transition` accepts: a [`Transition`](enum@Transition), [`Spring`] or [`Tween`], or a signal, memo or closure of the first. A
/// change takes effect with the next move.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Spring, Transition};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     let transition = RwSignal::new(Transition::from(Spring::SNAP));
///     view! {
///         <LoRaRankExplorer transition=Spring::SMOOTH />
///         <LoRaRankExplorer transition />
///     }
/// }
/// ```
#[derive(Clone)]
pub struct MarkerTransition(pub(super) ReadTransition);

impl Default for MarkerTransition {
    fn default() -> Self {
        Transition::default().into()
    }
}

impl From<Transition> for MarkerTransition {
    fn from(transition: Transition) -> Self {
        Self(Arc::new(move || transition))
    }
}

impl From<Spring> for MarkerTransition {
    fn from(spring: Spring) -> Self {
        Transition::from(spring).into()
    }
}

impl From<Tween> for MarkerTransition {
    fn from(tween: Tween) -> Self {
        Transition::from(tween).into()
    }
}

impl<Read, Returned> From<Read> for MarkerTransition
where
    Transition: ReadFrom<Read, Output = Returned>,
    Returned: Into<Transition>,
    Read: Send + Sync + 'static,
{
    fn from(read: Read) -> Self {
        Self(Arc::new(move || Transition::read_from(&read).into()))
    }
}

from_signals!([] Transition => MarkerTransition);
