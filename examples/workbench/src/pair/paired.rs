//! What pairs and what does not, before and while it is computed.

use leptos::prelude::*;

use super::found::Paired;
use crate::format;
use crate::reading::batches::MEMORY;
use crate::state::{Page, Status};

/// So many names of a list are in the document.
const MOST: usize = 500;

#[component]
pub fn PairedShown(page: Page) -> impl IntoView {
    let paired = Memo::new(move |_| page.with_paired(Clone::clone));
    let waits = Memo::new(move |_| page.status.with(|status| *status == Status::Ready));
    let largest = Memo::new(move |_| {
        page.contents.track();
        page.reader(page.current()).largest()
    });
    let same = move || {
        match page.unchanged() {
        (0, _) => String::new(),
        (same, of) if same == of && !page.status.with(crate::app::is_busy) => {
            "No layer differs: base and tuned model are the same, perhaps one file chosen twice. Choose the other model.".to_owned()
        }
        (same, _) => format!("{} the same in both models: no LoRA is needed there.", is_are(same, "layer")),
    }
    };
    let compute = move |_| {
        page.resume();
        crate::save::focus("cancel");
    };
    move || {
        paired.get().map(|paired| {
            let (workers, most, largest) = largest.get();
            view! {
                <section class="paired" aria-label="What pairs">
                    <p id="paired">{sentence(&paired)}</p>
                    {paired.names.clone().map(|names| view! { <p id="paired-names">{names}"."</p> })}
                    {paired.doubt.clone().map(|doubt| view! { <p id="paired-doubt" class="bad" role="alert">{doubt}"."</p> })}
                    <ul class="lists">
                        {list("only-base", "Only in the base", paired.only_base.clone())}
                        {list("only-tuned", "Only in the tuned model", paired.only_tuned.clone())}
                        {list("unusable", "In both, but no pair", paired.unusable.clone())}
                        {list("others", "Norms, biases, embeddings and others, which factors cannot stand for", paired.others.clone())}
                    </ul>
                    <p id="unchanged" role="status">{same}</p>
                    <p id="pair-workers">
                        {format!(
                            "{} side by side{}: the largest layer takes {} of memory, and together they may take {}.",
                            format::counted(workers, "worker"),
                            if workers < most { format!(" and not {most}") } else { String::new() },
                            format::bytes(largest),
                            format::bytes(MEMORY),
                        )}
                    </p>
                    <button id="compute" class:hidden=move || !waits.get() on:click=compute>
                        {format!("Compute {}", format::counted(paired.layers, "layer"))}
                    </button>
                </section>
            }
        })
    }
}

fn is_are(count: usize, noun: &str) -> String {
    format!("{} {}", format::counted(count, noun), if count == 1 { "is" } else { "are" })
}

fn sentence(paired: &Paired) -> String {
    let tensors = match paired.layers {
        0 => "No layer pairs, so there is nothing to compute".to_owned(),
        1 => "1 layer pairs".to_owned(),
        many => format!("{} layers pair", format::count(many as u64)),
    };
    let left = paired.only_base.len() + paired.only_tuned.len() + paired.unusable.len();
    match left {
        0 => format!("{tensors}; nothing is left over."),
        left => format!("{tensors}; {} left over.", is_are(left, "tensor")),
    }
}

/// A list of names behind its count; nothing for an empty one.
pub fn list(id: &'static str, words: &'static str, names: Vec<String>) -> Option<impl IntoView> {
    (!names.is_empty()).then(|| {
        let more = names.len().saturating_sub(MOST);
        view! {
            <li>
                <details id=id>
                    <summary>{format!("{words}: {}", format::count(names.len() as u64))}</summary>
                    <ul class="names" tabindex="0" aria-label=words>
                        {names.into_iter().take(MOST).map(|name| view! { <li>{name}</li> }).collect_view()}
                        {(more > 0).then(|| view! { <li>{format!("and {} more", format::count(more as u64))}</li> })}
                    </ul>
                </details>
            </li>
        }
    })
}
