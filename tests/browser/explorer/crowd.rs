//! Many explorers on one page.

use browser_tests::{Clock, Page, Touched, settle};
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn dragging_one_explorer_touches_none_of_the_ninety_nine_others() {
    let clock = Clock::take_over();
    let pages: Vec<Page> = (0..100).map(|_| Page::mount(|| view! { <LoRaRankExplorer /> })).collect();
    settle().await;
    assert_eq!(clock.waiting(), (0, 0), "all of them are at rest");

    let touched = Touched::below(&document().body().expect("a body"));
    let dragged = &pages[41];
    for rank in [2, 3, 5, 8, 4] {
        dragged.drag_to(rank);
        settle().await;
        for _ in 0..3 {
            assert_eq!(clock.waiting(), (1, 1), "one frame, and the timer of one summary");
            let asked = clock.asked();
            clock.frame_after(16.0).await;
            assert_eq!(clock.asked(), asked + 1, "each frame requests one more");
        }
    }
    let touched = touched.take();
    assert!(touched.len() > 20, "the dragged one moves");
    for touch in touched {
        let part = touch.element.outer_html();
        assert!(dragged.root.contains(Some(&touch.element)), "{} of another explorer: {part}", touch.what);
    }
}
