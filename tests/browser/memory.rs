//! The memory that the page's wasm module holds.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use js_sys::{Function, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;

/// The standard allocator, with a count of what is allocated and not yet freed.
struct Counting;

static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed unchanged to the standard allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE_BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE_BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The memory that the page's wasm module holds.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// Bytes allocated and not freed.
    pub bytes: usize,
    /// JavaScript values, including elements and closures.
    pub javascript_values: u32,
    /// Pages of 64 KiB in the linear memory; it never shrinks.
    pub pages: usize,
    /// Bytes of the JavaScript heap, including garbage. Only Chromium reports them, in `performance.memory`.
    pub javascript_bytes: Option<f64>,
}

impl Held {
    pub fn now() -> Self {
        Self {
            bytes: LIVE_BYTES.load(Ordering::Relaxed),
            javascript_values: wasm_bindgen::externref_heap_live_count(),
            #[cfg(target_family = "wasm")]
            pages: core::arch::wasm32::memory_size(0),
            #[cfg(not(target_family = "wasm"))]
            pages: 0,
            javascript_bytes: javascript_bytes(),
        }
    }
}

fn javascript_bytes() -> Option<f64> {
    let clock = window().performance()?;
    let memory = Reflect::get(&clock, &"memory".into()).ok()?;
    Reflect::get(&memory, &"usedJSHeapSize".into()).ok()?.as_f64()
}

/// Makes the browser collect garbage if it can be told to (Chromium with `--expose-gc`); otherwise gives it a reason to.
pub fn ask_for_collection() {
    match Reflect::get(&window(), &"gc".into()).map(JsCast::dyn_into::<Function>) {
        Ok(Ok(collect)) => drop(collect.call0(&JsValue::UNDEFINED)),
        _ => drop(Uint8Array::new_with_length(16 << 20)),
    }
}
