//! What pairs and what does not, before and while it is computed.

use leptos::prelude::*;

use super::found::Paired;
use crate::format;
use crate::reading::reader::Room;
use crate::state::{Page, Status};

/// So many names of a list are in the document.
const MOST: usize = 500;

#[component]
pub fn PairedShown(page: Page) -> impl IntoView {
    let paired = Memo::new(move |_| page.with_paired(Clone::clone));
    let waits = Memo::new(move |_| page.status.with(|status| *status == Status::Ready));
    let room = Memo::new(move |_| {
        page.contents.track();
        page.reader(page.current()).room()
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
            view! {
                <section class="paired" aria-label="What pairs">
                    <p id="paired">{sentence(&paired)}</p>
                    {paired.names.clone().map(|names| view! { <p id="paired-names">{names}"."</p> })}
                    {paired.doubt.clone().map(|doubt| view! { <p id="paired-doubt" class="bad" role="alert">{doubt}"."</p> })}
                    <ul class="lists">
                        {list("only-base", "Only in the base", paired.only_base.clone())}
                        {list("only-tuned", "Only in the tuned model", paired.only_tuned.clone())}
                        {list("unusable", "In both, but no pair", paired.unusable.clone())}
                        {list("too-large", "Left out: they need more memory than a program in the browser can have", paired.too_large.clone())}
                        {list("others", "Norms, biases, embeddings and others, which factors cannot stand for", paired.others.clone())}
                    </ul>
                    <p id="unchanged" role="status">{same}</p>
                    <p id="pair-workers">{workers(room.get())}</p>
                    <button id="compute" class:hidden=move || !waits.get() on:click=compute>
                        {format!("Compute {}", format::counted(paired.layers, "layer"))}
                    </button>
                </section>
            }
        })
    }
}

fn workers(Room { workers, most, largest, memory }: Room) -> String {
    let not = if workers < most { format!(" and not {most}") } else { String::new() };
    let together = match largest > memory {
        true => format!("more than the {} that several together may take", format::bytes(memory)),
        false => format!("and together they may take {}", format::bytes(memory)),
    };
    let workers = if workers == 1 { "1 worker".to_owned() } else { format!("{workers} workers side by side") };
    format!("{workers}{not}: the largest layer takes {} of memory, {together}.", format::bytes(largest))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_workers_has_its_reason() {
        let room = |workers, largest, memory| Room { workers, most: 4, largest, memory };
        let said = |workers, largest: u64, memory: u64| super::workers(room(workers, largest << 30, memory << 30));
        assert_eq!(
            said(4, 1, 4),
            "4 workers side by side: the largest layer takes 1.00 GiB of memory, and together they may take 4.00 GiB."
        );
        assert_eq!(
            said(2, 2, 4),
            "2 workers side by side and not 4: the largest layer takes 2.00 GiB of memory, and together they may take 4.00 GiB."
        );
        assert_eq!(
            said(1, 3, 2),
            "1 worker and not 4: the largest layer takes 3.00 GiB of memory, more than the 2.00 GiB that several together may take."
        );
    }
}
