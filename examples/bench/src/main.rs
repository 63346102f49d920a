//! A page to measure: `?n=N` shows one explorer of an N×N target (8 when left out, none for 0), and its script puts functions
//! on `window.bench` that mount and unmount many. `cargo xtask bench view` uses it.

mod target;

use std::any::Any;
use std::cell::RefCell;

use leptos::mount::mount_to;
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Matrix, svd};
use wasm_bindgen::prelude::*;

fn main() {}

thread_local! {
    /// What is on the page; it goes when this is emptied.
    static MOUNTED: RefCell<Option<Box<dyn Any>>> = const { RefCell::new(None) };
}

/// Shows `count` explorers of one n × n target.
#[wasm_bindgen]
pub fn mount(count: usize, n: usize) {
    unmount();
    let target = target::of_size(n);
    let page = move || (0..count).map(|_| view! { <LoRaRankExplorer target_matrix=target.clone() /> }).collect_view();
    let body = document().body().expect("a page has a body");
    MOUNTED.set(Some(Box::new(mount_to(body, page))));
}

/// Takes away what [`mount`] showed.
#[wasm_bindgen]
pub fn unmount() {
    drop(MOUNTED.take());
}

/// The singular values of a matrix of finite entries, row after row, largest first.
///
/// # Errors
/// Where the entries do not fill the matrix or one is not finite.
#[wasm_bindgen]
pub fn singular_values(entries: Vec<f64>, rows: usize, cols: usize) -> Result<Vec<f64>, JsError> {
    Ok(svd::singular_values(&Matrix::from_vec(rows, cols, entries)?))
}
