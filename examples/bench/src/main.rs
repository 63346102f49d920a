//! A page to measure. `?n=N` shows one explorer of an N×N target (default 8; 0 shows none). The page's script puts functions on
//! `window.bench` that mount and unmount many explorers. `cargo xtask bench view` uses it.

mod target;

use std::any::Any;
use std::cell::RefCell;

use leptos::mount::mount_to;
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen::prelude::*;

fn main() {}

thread_local! {
    /// The mounted explorers. Dropping the value unmounts them.
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

/// Removes what [`mount`] showed.
#[wasm_bindgen]
pub fn unmount() {
    drop(MOUNTED.take());
}
