//! Opens a LoRA adapter or two checkpoints in the browser: every layer's spectrum, ranks for the whole file, and the file with those
//! ranks.
//!
//! ```text
//! page                                                     workers (the same program), side by side
//! open ──> opening ──> reading: reader ──> pool ─ jobs ──> work: adapter, or pairs: checkpoints <── blob: bytes a..b
//! state: rows, plan <── arrivals <─────── reports, a batch of layers at a time ─┘
//!   └──> ranks ──> map, list, selected, outcome, export, resize
//! ```

mod address;
mod app;
mod arrivals;
mod bar;
mod choose;
mod compare;
mod export;
mod format;
mod history;
mod layer_row;
mod list;
mod map;
mod open;
mod opening;
mod order;
mod outcome;
mod pair;
mod plan;
mod ranks;
mod reading;
mod resize;
mod row;
mod save;
mod selected;
mod sizes;
mod sparkline;
mod spending;
mod state;
mod summary;
mod tradeoff;
mod writing;

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

fn main() {
    match js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        Ok(scope) => reading::worker::run(scope),
        Err(_) => leptos::mount::mount_to_body(app::App),
    }
}
