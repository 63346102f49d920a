//! Opening a file by choosing or dropping it, and the reading progress.

use js_sys::Array;
use leptos::prelude::*;
use leptos_use_drop_zone::{UseDropZoneOptions, use_drop_zone_with_options};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, File, HtmlInputElement, Response};

use crate::app::is_busy;
use crate::format;
use crate::pair::open::side_of;
use crate::reading::blob::words;
use crate::reading::protocol::Effort;
use crate::reading::reader::Files;
use crate::save::focus;
use crate::state::{Page, Status};

const CONFIG: &str = "adapter_config.json";

#[component]
pub fn Open(page: Page) -> impl IntoView {
    let is_over = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get() {
            take(page, taken_from(&input));
        }
    };
    // Listen on the whole window: a file dropped outside the box would otherwise replace the page.
    // The hook prevents the default of every drag event. Its own `is_over_drop_zone` counts entries and exits, and misses the exit
    // from a row that the list has removed meanwhile.
    let zone = UseDropZoneOptions::default()
        .on_over(move |_| is_over.set(true))
        .on_leave(move |zone| {
            // No related target: the pointer has left the window.
            if zone.event.related_target().is_none() {
                is_over.set(false);
            }
        })
        .on_drop(move |zone| {
            is_over.set(false);
            match side_of(zone.event.target()) {
                Some(side) => page.choose_model(side, zone.files),
                None => take(page, zone.files),
            }
        });
    use_drop_zone_with_options(window(), zone);
    let sample = move |_| open_sample(page, sample(), move |files| page.open(files, false));
    let is_open = Memo::new(move |_| page.contents.with(Option::is_some));
    let label = move || match is_open.get() {
        true => "Open another file",
        false => "Adapter or weights",
    };
    view! {
        // Says where a file may be dropped, over all of the page.
        <div class="drop" class:hidden=move || !is_over.get() aria-hidden="true">
            {move || if is_open.get() { "Drop to open this file in place of the open one" } else { "Drop to open" }}
        </div>
        <section class="open" class:over=is_over class:opened=is_open aria-label="Open a file">
            <div>
                <label for="file">{label}</label>
                <input id="file" type="file" multiple accept=".safetensors,.json" node_ref=input on:change=choose />
                <p id="file-hint">
                    "Drop a file here or choose one: "<code>".safetensors"</code>", with its "<code>"adapter_config.json"</code>
                    " if there is one, or spectra that this page has saved as JSON."
                </p>
            </div>
            <div>
                <button id="sample" on:click=sample>"Open the sample"</button>
                <p>"Synthetic: seeded noise in the shape of a small Llama's adapter, trained on nothing."</p>
            </div>
        </section>
    }
}

/// Opens the chosen files: one file, its `adapter_config.json`, or both.
fn take(page: Page, files: Vec<File>) {
    if !files.is_empty() {
        page.forget_sample();
    }
    let all = files.iter().map(File::name).collect::<Vec<_>>().join(", ");
    let (configs, mut others): (Vec<File>, Vec<File>) =
        files.into_iter().partition(|file| file.name().ends_with("config.json"));
    let config = configs.into_iter().next();
    let open = page.files.get_untracked().filter(|files| files.models.is_none()).map(|files| files.file);
    match (others.pop(), config, open) {
        (None, None, _) => {}
        // Two models at once: nobody but the person knows which is which.
        (Some(file), None, _) if !others.is_empty() => {
            others.push(file);
            page.pair.asked.set(others);
        }
        (Some(_), _, _) if !others.is_empty() => {
            page.refuse(all, "several files at once: choose one file, with its adapter_config.json".to_owned());
        }
        (Some(file), config, _) => page.open(Files::adapter(file, config), false),
        (None, config @ Some(_), Some(file)) => page.open(Files::adapter(file, config), true),
        (None, Some(_), None) => {
            page.refuse(all, format!("{CONFIG} alone holds no weights: choose it together with the .safetensors file"));
        }
    }
}

/// The files that were chosen in an input. It is empty afterwards, so that choosing the same file again fires `change`.
pub fn taken_from(input: &HtmlInputElement) -> Vec<File> {
    let files = input.files();
    let files = files.iter().flat_map(|files| (0..files.length()).filter_map(|i| files.get(i))).collect();
    input.set_value("");
    files
}

/// Opens a sample once it is loaded, unless something else was chosen meanwhile.
pub fn open_sample<Sample: 'static>(
    page: Page,
    load: impl Future<Output = Result<Sample, JsValue>> + 'static,
    open: impl FnOnce(Sample) + 'static,
) {
    page.forget_sample();
    let attempts = page.attempts.get_value();
    page.fetching.set(true);
    page.refused.set(None);
    if page.contents.with_untracked(Option::is_none) {
        page.status.set(Status::Opening);
    }
    spawn_local(async move {
        let sample = load.await;
        if page.attempts.get_value() == attempts {
            page.fetching.set(false);
            match sample {
                Ok(sample) => open(sample),
                Err(error) => page.refuse("The sample".to_owned(), format!("it cannot be loaded: {}", words(&error))),
            }
        }
    });
}

async fn sample() -> Result<Files, JsValue> {
    let file = fetch("sample/adapter_model.safetensors").await?;
    Ok(Files::adapter(file, Some(fetch("sample/adapter_config.json").await?)))
}

pub async fn fetch(path: &str) -> Result<File, JsValue> {
    let response: Response = JsFuture::from(window().fetch_with_str(path)).await?.unchecked_into();
    if !response.ok() {
        return Err(js_sys::Error::new(&format!("{path}: {}", response.status())).into());
    }
    let blob: Blob = JsFuture::from(response.blob()?).await?.unchecked_into();
    let name = path.rsplit('/').next().unwrap_or(path);
    File::new_with_blob_sequence(&Array::of1(&blob), name)
}

/// The end of a sentence: what the workers took beside the time.
fn memory(effort: Effort) -> String {
    match effort.workers {
        0 => ".".to_owned(),
        1 => format!(" and {} of memory.", format::bytes(effort.memory)),
        many => format!(
            ". {many} workers took {} of memory, the largest {}.",
            format::bytes(effort.memory),
            format::bytes(effort.largest)
        ),
    }
}

/// The open file's name, the reading progress, and the cancel button.
#[component]
pub fn Progress(page: Page) -> impl IntoView {
    let total = Memo::new(move |_| {
        page.contents.track();
        page.rows.with_untracked(|rows| (rows.len(), rows.iter().map(|row| row.layer.bytes).sum::<u64>()))
    });
    let candidate = move || page.candidate.with(|candidate| Some(candidate.as_ref()?.files.name()));
    let open = move || page.files.with(|files| files.as_ref().map(Files::name));
    let refused_name = move || page.refused.with(|refused| Some(refused.as_ref()?.0.clone()));
    let name = move || open().or_else(candidate).or_else(refused_name).unwrap_or_default();
    let text = move || {
        let ((count, bytes), (all, all_bytes)) = (page.read.get(), total.get());
        let layers = format::counted(all, "layer");
        let of_bytes = format!(", {} of {}", format::bytes(bytes), format::bytes(all_bytes));
        let all_bytes = format!(", {}", format::bytes(all_bytes));
        // Spectra do not say how large their layers are.
        let holds_spectra = page.contents.with(|contents| contents.as_ref().is_some_and(|it| it.holds_spectra));
        let [of_bytes, all_bytes] = if holds_spectra { [const { String::new() }; 2] } else { [of_bytes, all_bytes] };
        let of = format!("{} of {layers}{of_bytes}", format::count(count as u64));
        match page.status.get() {
            Status::Empty => String::new(),
            Status::Opening => "Opening …".to_owned(),
            Status::Ready => format!("{layers}{all_bytes}. Nothing is computed yet."),
            Status::Reading => page.time_left().map_or(of.clone(), |left| format!("{of}, {left}")),
            Status::Read(_) if all == 0 => "This file has no layers and no matrices.".to_owned(),
            Status::Read(effort) => {
                let seconds = format::number(effort.seconds);
                format!("{layers}{all_bytes} read. It took {seconds} s{}", memory(effort))
            }
            Status::Cancelled => {
                format!("Cancelled after {of}. What is shown of the whole file is of these layers only.")
            }
            Status::Failed(reason) => format!("Cannot be read: {reason}."),
        }
    };
    let busy = Memo::new(move |_| page.status.with(is_busy));
    let is_stopped = Memo::new(move |_| page.status.with(|status| *status == Status::Cancelled));
    let is_pair = page.is_pair();
    let refused = move || {
        // Where none is open, the status says it.
        page.refused.get().filter(|_| page.contents.with(Option::is_some)).map(|(name, reason)| {
            let open = open().unwrap_or_default();
            format!("{name} cannot be opened: {reason}. {open} stays open.")
        })
    };
    let opening = move || {
        let sample = || page.fetching.get().then(|| "the sample".to_owned());
        let name = candidate().or_else(sample).filter(|_| page.contents.with(Option::is_some));
        name.map_or_else(String::new, |name| format!("Opening {name} …"))
    };
    let can_cancel = Memo::new(move |_| busy.get() || page.fetching.get() || candidate().is_some());
    let cancel = move |_| {
        page.cancel();
        // If the focused button has disappeared.
        if !can_cancel.get_untracked() {
            focus(if is_stopped.get_untracked() { "resume" } else { "file" });
        }
    };
    let is_shown = Memo::new(move |_| page.status.with(|status| *status != Status::Empty));
    view! {
        <div class="progress" class:hidden=move || !is_shown.get()>
            <strong id="file-name">{name}</strong>
            <progress
                aria-label="Layers read"
                class:hidden=move || !busy.get()
                prop:max=move || total.get().1.max(1) as f64
                prop:value=move || page.read.get().1 as f64
            ></progress>
            <span id="status" class:bad=move || page.status.with(|status| matches!(status, Status::Failed(_)))>{text}</span>
            <button id="cancel" class:hidden=move || !can_cancel.get() on:click=cancel>"Cancel"</button>
            <button
                id="resume"
                class:hidden=move || !is_stopped.get()
                on:click=move |_| {
                    page.resume();
                    focus("cancel");
                }
            >
                {move || if is_pair.get() { "Compute the rest" } else { "Read the rest" }}
            </button>
            <span id="opening">{opening}</span>
            <p id="refused" class="bad" role="alert">{refused}</p>
            // The numbers change too often to be announced.
            <span class="spoken" role="status">{move || if busy.get() { "Reading".to_owned() } else { text() }}</span>
        </div>
    }
}
