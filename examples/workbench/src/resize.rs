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
use crate::state::{Page, Status};
use crate::writing::Writing;

const CONFIG: &str = "adapter_config.json";

/// The button that writes the file and saves it, and links to the result.
#[component]
pub fn Resize(page: Page) -> impl IntoView {
    let has_models = move || page.files.with(|files| files.as_ref().is_some_and(|files| files.models.is_some()));
    let is_pair = page.is_pair();
    let can = Memo::new(move |_| {
        let is_adapter = page.contents.with(|contents| contents.as_ref().is_some_and(|contents| contents.is_adapter));
        (is_adapter || has_models())
            && !page.status.with(crate::app::is_busy)
            && !(page.status.with(|status| *status == Status::Ready) && page.read.with(|(layers, _)| *layers == 0))
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
    let (is_bad, words) = (
        move || page.resized.with(|written| matches!(written, Writing::Failed(_))),
        move || page.resized.with(|written| words(page, written)),
    );
    let result = move || match page.resized.get() {
        Writing::No | Writing::Failed(_) => ().into_any(),
        Writing::Done { file, config, kept, .. } => {
            let (opened, config_file) = (file.clone(), config.clone());
            let open = move |_| open_result(page, &opened, config_file.as_deref());
            view! {
                <Link page file id="save-resized" name=file_name(page) words="Save it again" />
                {config.and_then(|config| text_blob(&config).ok()).map(|config| view! {
                    <Link page file=config id="save-config" name=CONFIG.to_owned() words="Save adapter_config.json again" />
                })}
                <button id="open-resized" on:click=open>"Open it here"</button>
                {(!kept.is_empty()).then(|| view! { <Kept kept /> })}
            }
            .into_any()
        }
        _ => view! { <button on:click=move |_| page.end_resize()>"Cancel"</button> }.into_any(),
    };
    let save = move |_| {
        // What is written is not computed a second time.
        if page.resized.with_untracked(|written| matches!(written, Writing::Done { .. })) {
            ["save-resized", "save-config"].into_iter().for_each(click);
        } else {
            page.resize();
        }
    };
    view! {
        <div class="resize">
            <button id="resize" class:copy=move || is_same.get() && !is_pair.get() disabled=move || !can.get() on:click=save>
                {move || if is_pair.get() { "Save the LoRA" } else { "Save the resized adapter" }}
            </button>
            <div class="result">
                // Always there: a region that appears together with its text is not announced.
                <span role="status" id="resized" class:bad=is_bad>{words}</span>
                {result}
            </div>
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

/// How far the file is. Of two checkpoints it ends with the residual of the file.
fn words(page: Page, written: &Writing) -> String {
    match written {
        Writing::No => String::new(),
        Writing::Checks { layers, of } => format!("Checking, {layers} of {of} layers so far …"),
        Writing::Factors { layers, of } => {
            let left = page.time_left_to_write().map_or_else(String::new, |left| format!(", {left}"));
            format!("Computing factors, {layers} of {} so far{left} …", format::counted(*of, "layer"))
        }
        Writing::Runs(bytes) => format!("Writing, {} so far …", format::bytes(*bytes)),
        Writing::Failed(reason) => format!("{reason}."),
        Writing::Done { file, config, residual, .. } => {
            let and = if config.is_some() { format!(" and {CONFIG}") } else { String::new() };
            let left = residual.map_or_else(String::new, |share| {
                format!(" ‖ΔW − B·A‖ is {} of ‖ΔW‖ over its layers.", format::share(Some(share)))
            });
            format!("Written: {}, saved as {}{and}.{left}", format::bytes(file.size() as u64), file_name(page))
        }
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
    let config = config.and_then(|config| as_file(&text_blob(config).ok()?, CONFIG));
    page.open(Files::adapter(file, config), false);
    // The focused button disappears with the old file.
    focus("file");
}
