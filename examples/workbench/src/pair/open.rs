//! Opening two checkpoints: an area for each, the button that swaps them, and the sample.

use leptos::prelude::*;
use lora_rank_explorer::checkpoint::Side;
use wasm_bindgen::JsCast;
use web_sys::{Element, File};

use super::ask::Ask;
use super::state::index;
use crate::format;
use crate::open::{fetch, open_sample, taken_from};
use crate::state::Page;

/// What the files of the sample are called.
const SAMPLE: [&str; 3] =
    ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"];

/// How many singular values may be asked for.
const RANKS: [usize; 4] = [32, 64, 128, 256];

#[component]
pub fn OpenPair(page: Page) -> impl IntoView {
    let has_both = Memo::new(move |_| page.pair.chosen.with(|chosen| chosen.iter().all(|files| !files.is_empty())));
    let is_open = Memo::new(move |_| page.contents.with(Option::is_some));
    let open = move |files| {
        page.pair.chosen.set(files);
        page.open_models();
    };
    let sample = move |_| open_sample(page, sample(), open);
    let set_rank = move |event| {
        page.pair.rank.set(event_target_value(&event).parse().unwrap_or(super::state::RANK));
        page.open_models();
    };
    view! {
        <section class="open models" class:opened=is_open aria-labelledby="models-title">
            <h3 id="models-title">"Two checkpoints: a LoRA out of a full fine-tune"</h3>
            <OpenSide page side=Side::Base id="base" words="Base model" />
            <OpenSide page side=Side::Tuned id="tuned" words="Tuned model" />
            <div class="with">
                <button id="swap" class:hidden=move || !has_both.get() on:click=move |_| page.swap_models()>
                    "Swap base and tuned"
                </button>
                <label>
                    "Highest rank "
                    <select id="values" on:change=set_rank prop:value=move || page.pair.rank.get().to_string()>
                        {RANKS.map(|rank| view! { <option value=rank.to_string() selected=rank == super::state::RANK>{rank}</option> }).collect_view()}
                    </select>
                </label>
                <button id="sample-pair" on:click=sample>"Open the sample pair"</button>
            </div>
            <p class="hint">
                "Each is one "<code>".safetensors"</code>" file or all its parts, with "<code>"model.safetensors.index.json"</code>
                " if there is one. Which of the two is the base only you can know: swapped, the LoRA would lead from the tuned model back \
                 to the base. The sample is synthetic: a small Llama’s shape with updates of known rank."
            </p>
            <Ask page />
        </section>
    }
}

/// The area of one side: files can be chosen in it, or dropped on it.
#[component]
fn OpenSide(page: Page, side: Side, id: &'static str, words: &'static str) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get() {
            page.choose_model(side, taken_from(&input));
        }
    };
    let chosen = move || {
        page.pair.chosen.with(|chosen| {
            let files = &chosen[index(side)];
            match &files[..] {
                [] => "No file yet.".to_owned(),
                [file] => format!("{}, {}", file.name(), format::bytes(file.size() as u64)),
                _ => {
                    let names = files.iter().map(File::name).collect::<Vec<_>>().join(", ");
                    let bytes = files.iter().map(|file| file.size()).sum::<f64>();
                    format!("{names}: {}", format::bytes(bytes as u64))
                }
            }
        })
    };
    // Of the files that are open, while those are the ones chosen.
    let problems =
        Memo::new(move |_| page.with_paired(|paired| paired.problems[index(side)].clone()).unwrap_or_default());
    view! {
        <div class="side" data-side=id>
            <label for=id>{words}</label>
            <input id=id type="file" multiple accept=".safetensors,.json" node_ref=input aria-describedby=format!("{id}-chosen {id}-problems") on:change=choose />
            <p class="chosen-files" id=format!("{id}-chosen")>{chosen}</p>
            <ul class="bad" id=format!("{id}-problems") class:hidden=move || problems.with(Vec::is_empty)>
                {move || problems.get().into_iter().map(|problem| view! { <li>{problem}"."</li> }).collect_view()}
            </ul>
        </div>
    }
}

/// The side on whose area something was dropped.
pub fn side_of(target: Option<web_sys::EventTarget>) -> Option<Side> {
    let area = target?.dyn_into::<Element>().ok()?.closest("[data-side]").ok()??;
    match area.get_attribute("data-side").as_deref() {
        Some("base") => Some(Side::Base),
        Some("tuned") => Some(Side::Tuned),
        _ => None,
    }
}

async fn sample() -> Result<[Vec<File>; 2], wasm_bindgen::JsValue> {
    let mut models = [Vec::new(), Vec::new()];
    for (files, folder) in models.iter_mut().zip(["base", "tuned"]) {
        for name in SAMPLE {
            files.push(fetch(&format!("sample-checkpoints/{folder}/{name}")).await?);
        }
    }
    Ok(models)
}
