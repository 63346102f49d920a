//! What can be taken away: ranks for the tools that train, tables, spectra, and the file itself with other ranks.

use js_sys::{Array, JsString};
use leptos::prelude::*;
use lora_rank_explorer::adapter::{LayerSpectrum, csv};
use lora_rank_explorer::{ModuleRank, kohya_arguments, peft_patterns};
use wasm_bindgen::JsCast;
use web_sys::{Blob, File, HtmlAnchorElement, Url};

use crate::blob::words;
use crate::format;
use crate::reader::Files;
use crate::state::{Page, Writing};

#[derive(Clone, Copy)]
enum Kind {
    Peft,
    Kohya,
    Csv,
    Spectra,
}

const KINDS: [(Kind, &str, &str, &str); 4] = [
    (
        Kind::Peft,
        "peft",
        "the PEFT patterns",
        "rank_pattern and alpha_pattern for LoraConfig, which keep every layer's scale",
    ),
    (
        Kind::Kohya,
        "kohya",
        "the kohya arguments",
        "network_dim and network_reg_dims for sd-scripts, which have one alpha for all",
    ),
    (Kind::Csv, "csv", "the table", "CSV of all layers: shape, rank, energy, residuals"),
    (Kind::Spectra, "spectra", "the spectra", "JSON of all singular values; this page opens it again"),
];

#[component]
pub fn Export(page: Page) -> impl IntoView {
    let error = RwSignal::new(String::new());
    let export = move |kind: Kind, name: &'static str| {
        let saved = text(page, kind).and_then(|text| save(&text, name, page));
        error.set(saved.err().unwrap_or_default());
    };
    let kinds = KINDS.map(|(kind, id, name, words)| {
        view! {
            <li>
                <button id=format!("export-{id}") on:click=move |_| export(kind, id)>{format!("Save {name}")}</button>
                <span>{words}</span>
            </li>
        }
    });
    view! {
        <section class="export" aria-labelledby="export-title">
            <h2 id="export-title">"Take it away"</h2>
            <ul>
                <Resize page />
                {kinds.collect_view()}
            </ul>
            <p class="bad" role="alert">{error}</p>
        </section>
    }
}

/// Writes the adapter with the ranks chosen.
#[component]
fn Resize(page: Page) -> impl IntoView {
    let can = Memo::new(move |_| {
        let is_adapter = page.contents.with(|contents| contents.as_ref().is_some_and(|contents| contents.is_adapter));
        is_adapter && !page.status.with(crate::app::is_busy)
    });
    // What is written is for the ranks of that moment.
    Effect::new(move |last: Option<()>| {
        page.ranks.track();
        if last.is_some() {
            match *page.resized.read_untracked() {
                Writing::No => return,
                Writing::Runs(_) => {}
                _ => {}
            }
            page.end_resize();
        }
    });
    let result = move || match page.resized.get() {
        Writing::No => ().into_any(),
        Writing::Runs(bytes) => view! {
            <span role="status" id="resized">{format!("Writing, {} so far …", format::bytes(bytes))}</span>
            <button on:click=move |_| page.end_resize()>"Cancel"</button>
        }
        .into_any(),
        Writing::Failed(reason) => {
            view! { <span role="alert" id="resized" class="bad">{format!("{reason}.")}</span> }.into_any()
        }
        Writing::Done { file, config } => {
            let size = format::bytes(file.size() as u64);
            let opened = file.clone();
            let config_file = config.clone();
            let open = move |_| open_result(page, &opened, config_file.as_deref());
            view! {
                <span role="status" id="resized">{format!("Written: {size}.")}</span>
                <Link file id="save-resized" name=name_of(page, "resized", "safetensors") words="Save the file" />
                {config.and_then(|config| text_blob(&config).ok()).map(|config| view! {
                    <Link file=config id="save-config" name="adapter_config.json".to_owned() words="Save adapter_config.json" />
                })}
                <button id="open-resized" on:click=open>"Open it here"</button>
            }
            .into_any()
        }
    };
    view! {
        <li class="resize">
            <button id="resize" disabled=move || !can.get() on:click=move |_| page.resize()>"Write the resized adapter"</button>
            <span>"the best approximation of these ranks, in the layout, the dtype and with the scales of the file"</span>
            <div class="result">{result}</div>
        </li>
    }
}

/// A link to a file in memory, as long as it is shown.
#[component]
fn Link(file: Blob, id: &'static str, name: String, words: &'static str) -> impl IntoView {
    let url = Url::create_object_url_with_blob(&file).unwrap_or_default();
    let gone = url.clone();
    on_cleanup(move || drop(Url::revoke_object_url(&gone)));
    view! { <a id=id href=url download=name>{words}</a> }
}

fn open_result(page: Page, file: &Blob, config: Option<&str>) {
    let as_file = |blob: &Blob, name: &str| File::new_with_blob_sequence(&Array::of1(blob), name).ok();
    let Some(file) = as_file(file, &name_of(page, "resized", "safetensors")) else { return };
    let config = config.and_then(|config| as_file(&text_blob(config).ok()?, "adapter_config.json"));
    page.open(Files { file, config });
}

fn text(page: Page, kind: Kind) -> Result<String, String> {
    page.ranks.with_untracked(|ranks| {
        page.rows.with_untracked(|rows| {
            let known: Vec<(LayerSpectrum, usize)> = (rows.iter().zip(&ranks.chosen))
                .filter_map(|(row, &rank)| Some((row.known()?.layer.clone(), rank)))
                .collect();
            let modules = || {
                let module = |(layer, rank): &(LayerSpectrum, usize)| layer.module_rank(*rank);
                known.iter().map(module).collect::<Result<Vec<_>, _>>().map_err(|error| format!("{error}."))
            };
            let (layers, chosen): (Vec<LayerSpectrum>, Vec<usize>) = known.iter().cloned().unzip();
            Ok(match kind {
                Kind::Peft => peft_patterns(&modules()?),
                Kind::Kohya => kohya(&modules()?),
                Kind::Csv => csv(&layers, &chosen),
                Kind::Spectra => serde_json::to_string(&layers).map_err(|error| error.to_string())?,
            })
        })
    })
}

/// The rank that most modules have for all, with its alpha, and the others by name.
fn kohya(modules: &[ModuleRank]) -> String {
    let count = |rank: usize| modules.iter().filter(|module| module.rank() == rank).count();
    let usual = modules.iter().max_by_key(|module| count(module.rank()));
    let (rank, alpha) = usual.map_or((1, 1.0), |module| (module.rank(), module.alpha()));
    let others: Vec<ModuleRank> = modules.iter().filter(|module| module.rank() != rank).cloned().collect();
    kohya_arguments(rank, alpha, &others)
}

/// `NAME-WHAT.KIND`, after the file that is open.
fn name_of(page: Page, what: &str, kind: &str) -> String {
    let name = page.files.with_untracked(|files| files.as_ref().map(|files| files.file.name()).unwrap_or_default());
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    format!("{stem}-{what}.{kind}")
}

fn text_blob(text: &str) -> Result<Blob, String> {
    Blob::new_with_str_sequence(&Array::of1(&JsString::from(text))).map_err(|error| words(&error))
}

/// Hands the text to the browser as a download.
fn save(text: &str, what: &str, page: Page) -> Result<(), String> {
    let kind = match what {
        "csv" => "csv",
        "kohya" => "txt",
        _ => "json",
    };
    let failed = |error| words(&error);
    let url = Url::create_object_url_with_blob(&text_blob(text)?).map_err(failed)?;
    let link: HtmlAnchorElement = document().create_element("a").map_err(failed)?.unchecked_into();
    link.set_href(&url);
    link.set_download(&name_of(page, what, kind));
    link.click();
    // The download has begun by then; a blob that is revoked at once is lost in some browsers.
    set_timeout(move || drop(Url::revoke_object_url(&url)), std::time::Duration::from_secs(60));
    Ok(())
}
