//! `<LabeledSlider>` on its own.

use browser_tests::{Page, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{LabeledSlider, LoRaRankExplorer};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn an_uncontrolled_slider_keeps_its_value_and_calls_on_change() {
    let heard = RwSignal::new(Vec::new());
    let on_change = move |value| heard.write().push(value);
    let page = Page::mount(move || view! { <LabeledSlider label="Volume" max=11 default_value=4 on_change /> });
    assert_eq!((page.slider().value().as_str(), page.text("slider-label").as_str()), ("4", "Volume"));
    page.drag_to(9);
    until("the number follows", || page.text("slider-value") == "9").await;
    assert_eq!(heard.get_untracked(), [9]);
    assert_eq!(page.slider().get_attribute("aria-valuetext").as_deref(), Some("9"));
}

#[wasm_bindgen_test]
async fn a_clamped_value_comes_back_when_the_bounds_widen() {
    let (min, max) = (RwSignal::new(0), RwSignal::new(100));
    let page = Page::mount(move || view! { <LabeledSlider label="Share" min max default_value=80 /> });
    max.set(50);
    until("it is clamped from above", || page.slider().value() == "50" && page.text("slider-value") == "50").await;
    max.set(100);
    until("it comes back", || page.slider().value() == "80" && page.text("slider-value") == "80").await;
    min.set(90);
    until("it is clamped from below", || page.slider().value() == "90" && page.text("slider-value") == "90").await;
    min.set(0);
    until("it comes back", || page.slider().value() == "80").await;
}

#[wasm_bindgen_test]
async fn page_keys_step_by_a_tenth_and_at_least_one() {
    for (max, step) in [(8, 1), (101, 10), (3, 1)] {
        let page = Page::mount(move || view! { <LabeledSlider label="Rank" max /> });
        page.press("PageUp");
        until("a page up", || page.slider().value() == (1 + step).to_string()).await;
        page.press("PageDown");
        until("a page down", || page.slider().value() == "1").await;
        page.press("PageDown");
        settle().await;
        assert_eq!((page.slider().value().as_str(), page.text("slider-value").as_str()), ("1", "1"), "and no further");
    }
}

#[wasm_bindgen_test]
async fn the_input_stays_the_same_element() {
    let rows = RwSignal::new(vec![vec![3.0, 0.0], vec![0.0, 2.0]]);
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
    let input = page.slider();
    page.drag_to(2);
    until("the rank changes", || page.text("slider-value") == "2").await;
    rows.set(vec![vec![1.0; 3]; 3]);
    until("the target changes", || page.slider().max() == "3").await;
    assert!(input.is_same_node(Some(&page.slider())));
}
