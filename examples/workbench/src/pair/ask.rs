//! Asks which of two models some files belong to, where nobody has said so.

use leptos::prelude::*;
use lora_rank_explorer::checkpoint::Side;
use web_sys::File;

use super::state::index;
use crate::format;
use crate::state::Page;

#[component]
pub fn Ask(page: Page) -> impl IntoView {
    // For each file the side that was chosen.
    let answers = RwSignal::new(Vec::<Option<Side>>::new());
    let count = Memo::new(move |_| page.pair.asked.with(Vec::len));
    // Other files have other answers, also where they are as many.
    Effect::new(move || answers.set(vec![None; page.pair.asked.with(Vec::len)]));
    let answer = move |at: usize, side: Side| {
        answers.update(|answers| {
            let others = |side| if side == Side::Base { Side::Tuned } else { Side::Base };
            if let Some(own) = answers.get_mut(at) {
                *own = Some(side);
            }
            // Of two files, the second is the other model.
            if let [first, second] = &mut answers[..] {
                let other = if at == 0 { second } else { first };
                if other.is_none() {
                    *other = Some(others(side));
                }
            }
        });
    };
    let cannot = Memo::new(move |_| {
        answers.with(|answers| {
            ![Side::Base, Side::Tuned].iter().all(|side| answers.contains(&Some(*side))) || answers.contains(&None)
        })
    });
    let open = move |_| {
        if cannot.get_untracked() {
            return;
        }
        let files = page.pair.asked.get_untracked();
        let mut sides: [Vec<File>; 2] = Default::default();
        for (file, side) in files.into_iter().zip(answers.get_untracked()) {
            sides[side.map_or(0, index)].push(file);
        }
        page.pair.chosen.set(sides);
        page.pair.asked.set(Vec::new());
        page.open_models();
    };
    let rows = move || {
        let row = |(at, file): (usize, &File)| {
            let radio = move |side: Side, words: &'static str| {
                view! {
                    <label>
                        <input
                            type="radio"
                            name=format!("asked-{at}")
                            id=format!("asked-{at}-{}", index(side))
                            prop:checked=move || answers.with(|answers| answers.get(at) == Some(&Some(side)))
                            on:change=move |_| answer(at, side)
                        />
                        {words}
                    </label>
                }
            };
            view! {
                <li>
                    <fieldset>
                        <legend>{format!("{}, {}", file.name(), format::bytes(file.size() as u64))}</legend>
                        {radio(Side::Base, "base")}
                        {radio(Side::Tuned, "tuned")}
                    </fieldset>
                </li>
            }
        };
        page.pair.asked.with(|files| files.iter().enumerate().map(row).collect_view())
    };
    view! {
        <div class="asked" class:hidden=move || count.get() == 0 role="group" aria-labelledby="asked-title">
            <h4 id="asked-title">"Which of these belong to the base, and which to the tuned model?"</h4>
            <ul>{rows}</ul>
            <button id="asked-open" aria-disabled=move || cannot.get().then_some("true") on:click=open>"Open both models"</button>
            <button id="asked-cancel" on:click=move |_| page.pair.asked.set(Vec::new())>"Cancel"</button>
        </div>
    }
}
