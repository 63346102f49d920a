//! Explorers that come and go, all day long.

use browser_tests::{Clock, Held, Page, Spy, frame, settle, until};
use js_sys::Uint8Array;
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

/// Mounts and unmounts, every second time while the marker moves and the summary waits for its pause.
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
        assert_eq!(clock.waiting(), (0, 0), "they go with their explorer");
    }
    settle().await;
}

/// What is held once the browser has collected what nobody holds any more: closures of cancelled frames and timers are its.
async fn held_after_collection(level: usize) -> Held {
    until(&format!("the browser collects down to {level} bytes"), || {
        drop(Uint8Array::new_with_length(16 << 20));
        Held::now().bytes <= level
    })
    .await;
    frame().await;
    Held::now()
}

#[wasm_bindgen_test]
async fn a_thousand_mounts_leave_nothing_behind() {
    let console = Spy::on_console();
    let clock = Clock::take_over();
    come_and_go(&clock, 50).await;
    drop(clock);
    let start = held_after_collection(usize::MAX).await;

    let clock = Clock::take_over();
    let asked = clock.asked();
    come_and_go(&clock, 1000).await;
    let asked_while_mounted = clock.asked();
    for _ in 0..10 {
        clock.frame_after(100.0).await;
    }
    assert!(asked_while_mounted > asked, "the clock was used");
    assert_eq!(clock.asked(), asked_while_mounted, "nothing asks for a frame or a timer afterwards");
    drop(clock);
    let before_collection = Held::now();
    let end = held_after_collection(start.bytes + 1000).await;

    assert_eq!(console.calls(), [""; 0]);
    drop(console);
    console_log!("{start:?}, then {before_collection:?}, then {end:?}");
    assert!(end.javascript_values <= start.javascript_values + 8, "{start:?}, then {end:?}");
    assert!(end.pages <= start.pages + 16, "{start:?}, then {end:?}");
}
