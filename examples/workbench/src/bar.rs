//! The bar that stays in sight: what the choice does to the file, in a line, and the button that writes it.

use std::time::Duration;

use leptos::prelude::*;

use crate::format;
use crate::outcome::{range, size_before};
use crate::resize::Resize;
use crate::state::Page;

/// The result is announced once it has stayed the same for so long.
const PAUSE: Duration = Duration::from_millis(700);

#[component]
pub fn Bar(page: Page) -> impl IntoView {
    let line = Memo::new(move |_| {
        let before = size_before(page);
        page.ranks.with(|ranks| match &ranks.refused {
            Some(refused) => format!("No result. {}", refused.reason),
            None => format!(
                "{} → {} · {} of the energy · ranks {}",
                before,
                format::bytes(ranks.bytes),
                format::share(ranks.energy),
                range(ranks.chosen.iter().copied()),
            ),
        })
    });
    let said = RwSignal::new(String::new());
    let mut say = debounce(PAUSE, move |line: String| _ = said.try_set(line));
    Effect::new(move |first: Option<()>| {
        let line = line.get();
        let is_reading = page.status.with_untracked(crate::app::is_busy);
        // Nothing was chosen yet.
        if first.is_some() && !is_reading {
            say(line);
        }
    });
    view! {
        <section class="bar" aria-label="Result">
            <p id="result">{line}</p>
            <span class="spoken" role="status">{said}</span>
            <Resize page />
        </section>
    }
}
