//! The bar that stays in sight: what the choice does to the file, in a line, and the button that writes it.

use std::time::Duration;

use leptos::prelude::*;

use crate::format;
use crate::outcome::{range, size_before};
use crate::plan::Plan;
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
    // The file that the line is about, and whether anything was said of it.
    Effect::new(move |last: Option<(u32, bool)>| {
        let (line, file) = (line.get(), page.generation.get_untracked());
        let has_said = last.is_some_and(|(of, has_said)| of == file && has_said);
        let is_chosen = has_said || page.plan.with_untracked(|plan| *plan != Plan::default());
        let says = last.is_some() && is_chosen && !page.status.with_untracked(crate::app::is_busy);
        if says {
            say(line);
        }
        (file, has_said || says)
    });
    view! {
        <section class="bar" aria-label="Result">
            <p id="result">{line}</p>
            <span class="spoken" role="status">{said}</span>
            <Resize page />
        </section>
    }
}
