//! `<LoRaRankExplorer>` for pages that are not written in Rust: what `js/element.js` makes the custom element of.
//!
//! ```text
//! attribute, property ──js/values.js──> JSON, numbers ──given──> props, target ──view──> <LoRaRankExplorer>
//!                                            events <──js/element.js── Host <──┘
//! ```

mod given;
mod labels;
mod props;
mod rank;
mod target;
mod view;

use std::any::Any;

use any_spawner::Executor;
use leptos::mount::mount_to;
use leptos::prelude::*;

use lora_rank_explorer::Matrix;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use given::{Given, Inputs};
use rank::Rank;
use view::{HostCell, emit, view};

#[wasm_bindgen]
extern "C" {
    /// The custom element.
    pub type Host;

    /// Dispatches an event about `rank` (`undefined` once a preview has ended) with the ranges of residual and captured energy, which are
    /// NaN where they are not known. Returns false if a listener has called `preventDefault`.
    #[wasm_bindgen(method)]
    fn emit(this: &Host, kind: &str, rank: Option<u32>, residual: &[f64], captured_energy: &[f64]) -> bool;

    /// Calls [`Explorer::commit`] once the page has had time to answer the last `rankchange`.
    #[wasm_bindgen(method, js_name = commitLater)]
    fn commit_later(this: &Host);

    /// `rank` is the current one from now on.
    #[wasm_bindgen(method)]
    fn settle(this: &Host, rank: u32);
}

/// One explorer in the page. Freeing it removes it.
#[wasm_bindgen]
pub struct Explorer {
    // First, since it is dropped first.
    mounted: Option<Box<dyn Any>>,
    owner: Owner,
    inputs: Inputs,
    rank: Rank,
    host: Option<HostCell>,
}

#[wasm_bindgen]
impl Explorer {
    /// Nothing is given, and nothing is in the page.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "JavaScript has no such trait")]
    pub fn new() -> Self {
        // The executor that effects need; an error says that there is one.
        _ = Executor::init_wasm_bindgen();
        let owner = Owner::new();
        let (inputs, rank) = owner.with(|| {
            let inputs = Inputs::new();
            (inputs, Rank::new(inputs))
        });
        Self { mounted: None, owner, inputs, rank, host: None }
    }

    /// The host gives the attribute or property of this name: JSON, or the reason why it has none; neither, to take it back.
    pub fn give(&self, name: &str, json: Option<String>, problem: Option<String>) {
        let given = match (json, problem) {
            (Some(json), _) => Given::Json(json),
            (None, Some(problem)) => Given::Bad(problem),
            (None, None) => Given::Absent,
        };
        self.rank.keep_over(|| self.inputs.give(name, given));
    }

    /// The host gives a matrix as the entries of all rows, and how many are in each row.
    pub fn give_rows(&self, entries: Vec<f64>, lengths: &[u32]) {
        let is_even = lengths.windows(2).all(|pair| pair[0] == pair[1]);
        let cols = lengths.first().map_or(0, |length| *length as usize);
        let matrix = if is_even {
            Matrix::from_vec(lengths.len(), cols, entries)
        } else {
            let mut rest = entries.as_slice();
            let mut rows = Vec::new();
            for length in lengths {
                let (row, others) = rest.split_at((*length as usize).min(rest.len()));
                rows.push(row);
                rest = others;
            }
            Matrix::from_rows(&rows)
        };
        self.inputs.give_matrix(matrix);
    }

    /// The host gives a matrix as its entries, row by row, and its shape.
    pub fn give_entries(&self, rows: usize, cols: usize, entries: Vec<f64>) {
        self.inputs.give_matrix(Matrix::from_vec(rows, cols, entries));
    }

    /// Shows the explorer in `parent`, with `rank` where it had one before.
    pub fn mount(&mut self, parent: HtmlElement, host: Host, rank: Option<usize>) {
        let (inputs, own) = (self.inputs, self.rank);
        own.start(rank);
        let host = self.owner.with(|| StoredValue::new_local(host));
        self.host = Some(host);
        self.mounted = Some(self.owner.with(|| Box::new(mount_to(parent, move || view(inputs, own, host))) as _));
    }

    /// The current rank.
    #[wasm_bindgen(getter)]
    pub fn rank(&self) -> usize {
        self.rank.current()
    }

    /// Dispatches `rankcommit` with the current rank.
    pub fn commit(&self) {
        if let Some(host) = self.host {
            emit(host, "rankcommit", Some(self.rank.current()), self.inputs, self.rank);
        }
    }

    /// The program chooses a rank, as far as the host does not control it.
    pub fn choose(&self, rank: usize) {
        self.rank.choose(rank);
    }

    /// Back to the initial rank. What the browser has reset in the view is made anew.
    pub fn reset(&self) {
        self.rank.start(None);
        self.inputs.anew.notify();
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        self.mounted = None;
        self.owner.cleanup();
    }
}
