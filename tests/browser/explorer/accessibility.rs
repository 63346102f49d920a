//! Roles, names and announcements.

use browser_tests::{Clock, Page, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_root_is_a_figure_and_the_plot_a_named_image() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    assert_eq!(page.find("[data-lora-rank-explorer]").get_attribute("role").as_deref(), Some("figure"));
    assert_eq!(page.attribute("plot", "role"), "img");
    assert_eq!(page.attribute("plot", "aria-label"), "LoRA rank explorer: reconstruction error vs rank curve.");
    assert!(page.try_find("title").is_none(), "a title would pop up under the pointer");
}

#[wasm_bindgen_test]
async fn the_slider_says_rank_residual_and_energy() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    let value_text = || page.slider().get_attribute("aria-valuetext").unwrap_or_default();
    assert_eq!(value_text(), "rank 1, residual 4.572, 90.8% of energy");
    page.drag_to(8);
    until("the value text follows", || value_text() == "rank 8, residual 0.000, 100.0% of energy").await;
    assert_eq!(page.slider().labels().expect("labels").length(), 1);
}

#[wasm_bindgen_test]
async fn the_summary_waits_until_the_person_pauses() {
    let clock = Clock::take_over();
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    settle().await;
    let summary = || page.text("summary");
    let first = summary();
    for rank in [2, 3, 4] {
        page.drag_to(rank);
        settle().await;
        clock.frame_after(499.0).await;
        assert_eq!(summary(), first, "announced while the thumb still moves");
    }
    clock.frame_after(1.0).await;
    assert!(summary().contains("at r=4:"), "{}", summary());
}
