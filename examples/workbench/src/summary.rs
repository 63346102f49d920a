//! The file's contents, and its problems.

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;

use crate::format;
use crate::layer_row::{LayerRow, are_differences};
use crate::pair::found::UNCHANGED;
use crate::sizes::cost;
use crate::state::Page;

#[component]
pub fn Summary(page: Page) -> impl IntoView {
    let of_contents = move |of: &dyn Fn(&crate::reading::protocol::Contents) -> String| {
        page.contents.with(|contents| contents.as_ref().map_or(String::new(), |contents| of(contents)))
    };
    let layers = move || of_contents(&|_| format::count(page.rows.read_untracked().len() as u64));
    let parameters = move || {
        of_contents(&|_| {
            let rows = page.rows.read_untracked();
            let most: Vec<usize> = rows.iter().map(|row| row.layer.rank).collect();
            format::count(cost(&rows, &most, 0).1)
        })
    };
    let bytes = move || {
        of_contents(&|contents| match contents.holds_spectra {
            true => "not known: only spectra are open".to_owned(),
            false => format::bytes(contents.file_bytes),
        })
    };
    let note = move || {
        of_contents(&|contents| {
            let note = contents.note.as_ref().map_or(String::new(), |note| format!("The file says: {note}. "));
            let rows = page.rows.read_untracked();
            let note = match contents.holds_spectra && !are_differences(&rows) {
                true => {
                    note + "Sizes are those of factors with 16 bits a number: spectra do not say how theirs are stored. "
                }
                false => note,
            };
            let kept = || rows.iter().filter_map(|row| row.layer.kept.as_deref());
            let reasons = kept().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("; ");
            let note = match kept().count() {
                0 => note,
                1 => format!("{note}A resized file keeps 1 layer as it is: {reasons}. "),
                many => {
                    format!("{note}A resized file keeps {} layers as they are: {reasons}. ", format::count(many as u64))
                }
            };
            let note = match rows.iter().filter(|row| row.layer.becomes_pair).count() {
                0 => note,
                1 => format!("{note}1 layer is in another form than B·A; a rank below its own makes a pair of it. "),
                many => format!(
                    "{note}{} layers are in another form than B·A; a rank below its own makes a pair of each. ",
                    format::count(many as u64)
                ),
            };
            match contents.other_tensors {
                0 => note,
                1 => note + "1 tensor is not a matrix and is left unchanged.",
                others => {
                    format!("{note}{} tensors are not matrices and are left unchanged.", format::count(others as u64))
                }
            }
        })
    };
    // The first reason stands for all: a file that lacks its configuration lacks it for every layer.
    let unknown = move || {
        of_contents(&|_| {
            let rows = page.rows.read_untracked();
            let mut reasons = rows.iter().filter_map(|row| row.layer.unknown_scale());
            let Some(first) = reasons.next() else { return String::new() };
            let layers = match reasons.count() {
                0 => "1 layer".to_owned(),
                more => format!("{} layers", format::count(more as u64 + 1)),
            };
            format!(
                "The scale of {layers} is {first}. Until then residuals are relative, and what depends on the scale is not saved. \
                 Shares and the ranks that they lead to do not depend on it."
            )
        })
    };
    let is_pair = page.is_pair();
    view! {
        <section class="summary" aria-label="Summary">
            <dl>
                <div>
                    <dt>"Layers"</dt>
                    <dd id="layers">{layers}</dd>
                </div>
                <div>
                    <dt>"Parameters in the factors"</dt>
                    <dd id="parameters">{parameters}</dd>
                </div>
                <div>
                    <dt>{move || if is_pair.get() { "Layers of both models" } else { "File" }}</dt>
                    <dd id="bytes">{bytes}</dd>
                </div>
            </dl>
            <p id="note">{note}</p>
            <p id="scale-unknown" class="bad" role="status">{unknown}</p>
        </section>
    }
}

/// Each reason once, with how many layers it is that of where it is not that of one: a file that is gone takes all its layers along.
fn counted(reasons: impl Iterator<Item = String>) -> Vec<String> {
    let (mut order, mut counts) = (Vec::new(), HashMap::<String, usize>::new());
    for reason in reasons {
        let count = counts.entry(reason.clone()).or_default();
        *count += 1;
        if *count == 1 {
            order.push(reason);
        }
    }
    let said = |reason: String| match counts[&reason] {
        1 => reason,
        many => format!("{reason} ({} layers)", format::count(many as u64)),
    };
    order.into_iter().map(said).collect()
}

/// The problems, each with its name and reason.
#[component]
pub fn Problems(page: Page) -> impl IntoView {
    let problems = Memo::new(move |_| {
        let mut problems =
            page.contents.with(|contents| contents.as_ref().map_or(Vec::new(), |contents| contents.problems.clone()));
        let failed = |row: &LayerRow| row.spectrum.as_ref()?.as_ref().err().filter(|why| *why != UNCHANGED).cloned();
        page.rows.with(|rows| problems.extend(counted(rows.iter().filter_map(failed))));
        problems
    });
    let numbered = move || problems.get().into_iter().enumerate().collect::<Vec<_>>();
    let is_empty = Memo::new(move |_| problems.with(Vec::is_empty));
    move || {
        (!is_empty.get()).then(|| {
            view! {
                <section class="problems" aria-labelledby="problems-title">
                    <h3 id="problems-title">
                        {move || format!("Problems ({})", format::count(problems.with(Vec::len) as u64))}
                    </h3>
                    <ul id="problems" tabindex="0">
                        <For
                            each=numbered
                            key=Clone::clone
                            let:problem
                        >
                            <li>{problem.1}</li>
                        </For>
                    </ul>
                </section>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_reason_that_many_layers_share_is_said_once() {
        let reasons = ["gone", "a: NaN", "gone", "gone"].map(str::to_owned);
        assert_eq!(counted(reasons.into_iter()), ["gone (3 layers)", "a: NaN"]);
    }
}
