//! [`Numbers`]: the rank as a number to type, and the curve as a table.

mod input;
mod table;

use super::{ExplorerContext, Part, PartSlots};

/// Exact numbers beside the picture: a field for the rank, and a table of a dozen telling ranks.
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
    /// Neither of them.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(Box::new(|_, _| ()))
    }

    /// A field that takes any whole number from 1 to the largest rank, with buttons for one less and one more. It chooses when the
    /// person leaves it or presses Enter; what is no such number is said below it, and the rank stays.
    pub fn input(self) -> Self {
        self.and(input::install)
    }

    /// A disclosure with a table of at most twelve ranks: the first, the chosen, the last, those of targets and markers, and
    /// powers of two as far as there is room.
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
