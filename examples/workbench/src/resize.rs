//! Saves the adapter with the chosen ranks, or the LoRA of two checkpoints.

use download::revoke_later;
use js_sys::Array;
use leptos::html::A;
use leptos::prelude::*;
use lora_rank_explorer::checkpoint::Side;
use web_sys::{Blob, File, Url};

use crate::format;
use crate::reading::reader::Files;
use crate::save::{click, focus, resized_name, text_blob};
use crate::state::{Page, Writing};

/// The button that writes the file and saves it, and links to the result.
#[component]
pub fn Resize(page: Page) -> impl IntoView {
    let has_models = move || page.files.with(|files| files.as_ref().is_some_and(|files| files.models.is_some()));
    let is_pair = page.is_pair();
    let can = Memo::new(move |_| {
        let is_adapter = page.contents.with(|contents| contents.as_ref().is_some_and(|contents| contents.is_adapter));
        (is_adapter || has_models())
            && !page.status.with(crate::app::is_busy)
            && page.ranks.with(|ranks| ranks.refused.is_none())
    });
    // Without a change there is nothing to write but a copy.
    let is_same = Memo::new(move |_| {
        page.rows
            .with(|rows| page.ranks.with(|ranks| rows.iter().zip(&ranks.chosen).all(|(row, rank)| row.most() == *rank)))
    });
    // A written file is stale once the ranks change.
    Effect::new(move |last: Option<()>| {
        page.ranks.track();
        page.pair.options.track();
        if last.is_some() && !matches!(*page.resized.read_untracked(), Writing::No) {
            page.end_resize();
        }
    });
    let result = move || {
        match page.resized.get() {
        Writing::No => ().into_any(),
        Writing::Checks { layers, of } => view! {
            <span role="status" id="resized">{format!("Checking, {layers} of {of} layers so far …")}</span>
            <button on:click=move |_| page.end_resize()>"Cancel"</button>
        }
        .into_any(),
        Writing::Factors { layers, of } => view! {
            <span role="status" id="resized">{format!("Computing factors, {layers} of {} so far …", format::counted(of, "layer"))}</span>
            <button on:click=move |_| page.end_resize()>"Cancel"</button>
        }
        .into_any(),
        Writing::Runs(bytes) => view! {
            <span role="status" id="resized">{format!("Writing, {} so far …", format::bytes(bytes))}</span>
            <button on:click=move |_| page.end_resize()>"Cancel"</button>
        }
        .into_any(),
        Writing::Failed(reason) => {
            view! { <span role="alert" id="resized" class="bad">{format!("{reason}.")}</span> }.into_any()
        }
        Writing::Done { file, config, kept, residual } => {
            let words = written(&file_name(page), file.size() as u64, config.is_some(), residual);
            let opened = file.clone();
            let config_file = config.clone();
            let open = move |_| open_result(page, &opened, config_file.as_deref());
            view! {
                <span role="status" id="resized">{words}</span>
                <Link page file id="save-resized" name=file_name(page) words="Save it again" />
                {config.and_then(|config| text_blob(&config).ok()).map(|config| view! {
                    <Link page file=config id="save-config" name="adapter_config.json".to_owned() words="Save adapter_config.json again" />
                })}
                <button id="open-resized" on:click=open>"Open it here"</button>
                {(!kept.is_empty()).then(|| view! { <Kept kept /> })}
            }
            .into_any()
        }
    }
    };
    // What is written is not computed a second time.
    let save = move |_| match *page.resized.read_untracked() {
        Writing::Done { .. } => ["save-resized", "save-config"].into_iter().for_each(click),
        _ => page.resize(),
    };
    view! {
        <div class="resize">
            <button id="resize" class:copy=move || is_same.get() && !is_pair.get() disabled=move || !can.get() on:click=save>
                {move || if is_pair.get() { "Save the LoRA" } else { "Save the resized adapter" }}
            </button>
            <div class="result">{result}</div>
        </div>
    }
}

/// The layers that could not be resized, each with the reason.
#[component]
fn Kept(kept: Vec<String>) -> impl IntoView {
    view! {
        <div class="unresized" role="status">
            <span class="bad">"These layers could not be written at the chosen rank:"</span>
            <ul id="unresized" tabindex="0" aria-label="Layers that are kept as they were">
                {kept.into_iter().map(|text| view! { <li>{text}"."</li> }).collect_view()}
            </ul>
        </div>
    }
}

/// A link to a file in memory, which is followed once it stands in the page: the browser saves the file.
#[component]
fn Link(page: Page, file: Blob, id: &'static str, name: String, words: &'static str) -> impl IntoView {
    let url = Url::create_object_url_with_blob(&file).unwrap_or_default();
    let gone = url.clone();
    on_cleanup(move || revoke_later(gone));
    let link = NodeRef::<A>::new();
    link.on_load(|link| link.click());
    view! {
        <a node_ref=link id=id href=url download=name on:click=move |_| page.set_saved()>
            {words}
        </a>
    }
}

/// What was written under which name; of two checkpoints with the residual of the file.
fn written(name: &str, bytes: u64, has_config: bool, residual: Option<f64>) -> String {
    let config = if has_config { " and adapter_config.json" } else { "" };
    let written = format!("Written: {}, saved as {name}{config}.", format::bytes(bytes));
    match residual {
        None => written,
        Some(share) => format!("{written} ‖ΔW − B·A‖ is {} of ‖ΔW‖ over its layers.", format::share(Some(share))),
    }
}

fn file_name(page: Page) -> String {
    let models = page.files.with_untracked(|files| files.as_ref()?.models.clone());
    match models {
        Some(models) => page.pair.options.with_untracked(|options| options.file_name(&models.file(Side::Tuned).name())),
        None => resized_name(page),
    }
}

fn open_result(page: Page, file: &Blob, config: Option<&str>) {
    let as_file = |blob: &Blob, name: &str| File::new_with_blob_sequence(&Array::of1(blob), name).ok();
    let Some(file) = as_file(file, &file_name(page)) else { return };
    let config = config.and_then(|config| as_file(&text_blob(config).ok()?, "adapter_config.json"));
    page.open(Files::adapter(file, config), false);
    // The focused button disappears with the old file.
    focus("file");
}
