//! [`Numbers`]: a field for the rank, and the curve as a table.

mod input;
mod table;

use super::{ExplorerContext, PartSlots};

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
#[derive(Clone, Default)]
pub struct Numbers {
    // Functions, so that a page without the field or the table does not contain its code.
    input: Option<fn(&ExplorerContext, &mut PartSlots)>,
    table: Option<fn(&ExplorerContext, &mut PartSlots)>,
}

impl Numbers {
    /// Neither field nor table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field that takes any whole number on the rank axis, with buttons for the slider's next lower and next higher rank.
    /// The rank is set when the person leaves the field or presses Enter. Any other entry shows a message below the field, and the
    /// rank stays.
    pub fn input(self) -> Self {
        Self { input: Some(input::install), ..self }
    }

    /// Adds a disclosure with a table of at most twelve ranks: the first, the chosen and the last, those of targets and markers,
    /// then powers of two.
    pub fn table(self) -> Self {
        Self { table: Some(table::install), ..self }
    }

    /// Fills the slots, once it is known which ranks the other parts mark.
    pub(in crate::ui::explorer) fn fill(self, context: &ExplorerContext, slots: &mut PartSlots) {
        if let Some(input) = self.input {
            input(context, slots);
        }
        if let Some(table) = self.table {
            table(context, slots);
        }
    }
}
