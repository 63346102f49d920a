//! Opens a LoRA adapter in the browser: every layer's spectrum, ranks for the whole file, and the resized file.
//!
//! ```text
//! page                                             worker (the same program)
//! open: file ─────────── request ────────────────> blob: bytes a..b ──> work: adapter ──> spectra, resized file
//! state: rows, plan <─ report, a batch at a time ─┘
//!   └──> ranks ──> map, list, selected, outcome, export, resize
//! ```

mod address;
mod app;
mod bar;
mod blob;
mod choose;
mod compare;
mod contents;
mod export;
mod format;
mod layer_row;
mod list;
mod map;
mod open;
mod opening;
mod order;
mod outcome;
mod plan;
mod protocol;
mod ranks;
mod reader;
mod resize;
mod row;
mod save;
mod saved;
mod selected;
mod sparkline;
mod spending;
mod state;
mod summary;
mod tradeoff;
mod work;
mod worker;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => worker::run(scope),
        Err(_) => leptos::mount::mount_to_body(app::App),
    }
}
