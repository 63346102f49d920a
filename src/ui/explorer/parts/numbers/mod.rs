//! [`Numbers`]: a field for the rank, and the curve as a table.

mod input;
mod table;

use super::{ExplorerContext, Part, PartSlots};

/// Exact numbers beside the plot: a field for the rank, and a table of up to a dozen characteristic ranks.
///
/// ```
/// use leptos::prelude::*;
/// use lora_rank_explorer::{LoRaRankExplorer, Numbers};
///
/// #[component]
/// fn Lesson() -> impl IntoView {
///     view! { <LoRaRankExplorer numbers=Numbers::new().input().table() /> }
/// }
/// ```
pub struct Numbers(pub(in crate::ui::explorer) Part);

impl Numbers {
    /// Neither field nor table.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(Box::new(|_, _| ()))
    }

    /// Adds a field that takes any whole number on the rank axis, with buttons for one rank lower and higher. The rank is set
    /// when the person leaves the field or presses Enter. Any other entry shows a message below the field, and the rank stays.
    pub fn input(self) -> Self {
        self.and(input::install)
    }

    /// Adds a disclosure with a table of at most twelve ranks: the first, the chosen and the last, those of targets and markers,
    /// then powers of two.
    pub fn table(self) -> Self {
        self.and(table::install)
    }

    fn and(self, install: fn(&ExplorerContext, &mut PartSlots)) -> Self {
        let Self(first) = self;
        Self(Box::new(move |context, slots| {
            first(context, slots);
            install(context, slots);
        }))
    }
}
