//! Explorers that are mounted and unmounted many times.

use browser_tests::{Clock, Held, Page, Spy, ask_for_collection, frame, now, settle};
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

/// Mounts and unmounts an explorer, every second time while the marker moves and the summary's delay runs.
async fn come_and_go(clock: &Clock, cycles: usize) {
    for cycle in 0..cycles {
        let page = Page::mount(|| view! { <LoRaRankExplorer /> });
        settle().await;
        if cycle % 2 == 1 {
            page.drag_to(8);
            settle().await;
            clock.frame_after(16.0).await;
            clock.frame_after(16.0).await;
            assert!(page.marker() > 0.0 && page.marker() < 100.0, "{}", page.marker());
            assert_eq!(clock.waiting(), (1, 1), "the marker's frame and the summary's timer");
        }
        drop(page);
        assert_eq!(clock.waiting(), (0, 0), "unmounting cancels both");
    }
    settle().await;
}

/// Waits until at most these bytes and values are held: the browser's garbage collector has to free the closures of cancelled
/// frames and timers.
async fn collected(bytes: usize, values: u32) -> Held {
    for _ in 0..5 {
        ask_for_collection();
        frame().await;
    }
    let start = now();
    loop {
        ask_for_collection();
        let held = Held::now();
        if held.bytes <= bytes && held.javascript_values <= values {
            return held;
        }
        assert!(now() - start < 60_000.0, "{held:?} is held, instead of at most {bytes} bytes and {values} values");
        frame().await;
    }
}

#[wasm_bindgen_test]
async fn a_thousand_mounts_leave_nothing_behind() {
    const CYCLES: usize = 1000;
    let console = Spy::on_console();
    let clock = Clock::take_over();
    come_and_go(&clock, 50).await;
    drop(clock);
    let start = collected(usize::MAX, u32::MAX).await;

    let clock = Clock::take_over();
    come_and_go(&clock, CYCLES).await;
    let asked = clock.asked();
    for _ in 0..10 {
        clock.frame_after(100.0).await;
    }
    assert!(asked > 0, "the clock was used");
    assert_eq!(clock.asked(), asked, "nothing asks for a frame or a timer afterwards");
    drop(clock);
    let before = Held::now();
    // A leak in every second mount would exceed this limit: it leaves more than eight bytes or a value each time. Without a leak
    // a few values may stay that the browser believes reachable: in WebKit, a number on the stack may look like their address.
    let end = collected(start.bytes + 4 * CYCLES, start.javascript_values + CYCLES as u32 / 10).await;

    assert_eq!(console.calls(), [""; 0]);
    drop(console);
    console_log!("after 50 mounts {start:?}; after {CYCLES} more {before:?}, once collected {end:?}");
    assert!(end.pages <= start.pages + 16, "{start:?}, then {end:?}");
}
