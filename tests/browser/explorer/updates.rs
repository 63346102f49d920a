//! A change of the rank updates only the elements that show it.

use browser_tests::{Clock, Page, Touched, frame, settle};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Transition};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

/// What was touched, in alphabetical order.
fn names(touched: &Touched) -> Vec<String> {
    let name = |element: &Element| element.get_attribute("data-part").unwrap_or_else(|| element.tag_name());
    let touched = touched.take();
    let mut names: Vec<String> =
        touched.iter().map(|touch| format!("{} {}", name(&touch.element), touch.what)).collect();
    names.sort();
    names
}

#[wasm_bindgen_test]
async fn what_the_markup_shows_is_not_drawn_again_when_it_appears() {
    let page = Page::mount(|| view! { <LoRaRankExplorer default_r=3 /> });
    let plot = page.root.query_selector("[data-part=plot]").expect("a selector").expect("a plot");
    let touched = Touched::below(&plot);
    frame().await;
    frame().await;
    assert_eq!(names(&touched), [""; 0]);
}

#[wasm_bindgen_test]
async fn a_rank_change_touches_only_what_changed() {
    // The summary, which changes after a pause, waits for the clock.
    let clock = Clock::take_over();
    let page = Page::mount(|| view! { <LoRaRankExplorer default_r=2 transition=Transition::Instant /> });
    settle().await;
    clock.frame_after(16.0).await;
    let touched = Touched::below(&page.root);

    page.drag_to(3);
    settle().await;
    clock.frame_after(16.0).await;
    assert!(page.shows(3));

    assert_eq!(
        names(&touched),
        [
            "INPUT aria-valuetext",
            "at-rank x",
            "caption characterData",
            "captured-energy characterData",
            "kept points",
            "marker cy",
            "rank-on-axis characterData",
            "residual characterData",
            "residual-on-axis characterData",
            "residual-on-axis y",
            "slider-value characterData",
            // The labels of the axes that the marker's numbers have covered and cover now.
            "text visibility",
            "text visibility",
            "text visibility",
        ]
    );
}
