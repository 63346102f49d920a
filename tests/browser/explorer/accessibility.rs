//! Roles, names and announcements.

use browser_tests::{Clock, Page, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric};
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
async fn the_plot_is_described_by_the_curve_in_a_sentence() {
    let metric = RwSignal::new(Metric::Frobenius);
    let page = Page::mount(move || view! { <LoRaRankExplorer metric /> });
    let description = || page.find("[data-part=plot] > desc").text_content().unwrap_or_default();
    let frobenius = description();
    assert!(frobenius.starts_with("Falls from 4.572 at rank 1 to 0.643 at rank 2, then slowly to "), "{frobenius}");
    assert!(page.try_find("[data-part=sentence]").is_none(), "it is not visible unless asked for");
    metric.set(Metric::Spectral);
    until("the description follows the metric", || description().starts_with("Falls from 4.527 at rank 1")).await;

    let page = Page::mount(|| view! { <LoRaRankExplorer sentence=true /> });
    assert_eq!(page.text("sentence"), frobenius);
    assert_eq!(page.attribute("plot-area", "aria-hidden"), "true", "ticks and letters are no text to read");
}

#[wasm_bindgen_test]
async fn each_explorer_can_have_its_own_title() {
    let title = RwSignal::new("q_proj".to_owned());
    let page = Page::mount(move || view! { <LoRaRankExplorer title /> });
    let name = || page.find("[data-lora-rank-explorer]").get_attribute("aria-label");
    assert_eq!((page.text("title"), name().as_deref()), ("q_proj".to_owned(), Some("q_proj")));
    title.set("k_proj".to_owned());
    until("the title follows its signal", || page.text("title") == "k_proj" && name().as_deref() == Some("k_proj"))
        .await;
}

#[wasm_bindgen_test]
async fn a_focused_slider_speaks_alone_and_the_full_text_comes_with_another_metric() {
    let (clock, metric) = (Clock::take_over(), RwSignal::new(Metric::Frobenius));
    let page = Page::mount(move || view! { <LoRaRankExplorer metric /> });
    settle().await;
    let spoken = || (page.attribute("summary", "aria-live") == "polite").then(|| page.text("summary"));
    let pause = async || clock.frame_after(501.0).await;

    page.slider().focus().expect("focus");
    page.drag_to(2);
    settle().await;
    pause().await;
    assert_eq!(spoken(), None, "the slider has said it");
    assert_eq!(
        page.text("summary"),
        "Frobenius residual at r=2: 0.643.",
        "but whoever reads the text finds what is true"
    );

    page.slider().blur().expect("no focus");
    page.drag_to(3);
    settle().await;
    pause().await;
    assert_eq!(spoken().as_deref(), Some("Frobenius residual at r=3: 0.483."));

    page.slider().focus().expect("focus");
    metric.set(Metric::Spectral);
    settle().await;
    pause().await;
    let full = "LoRA reconstruction curve. Target is 8×8. Spectral residual at r=3: 0.336.";
    assert_eq!(spoken().as_deref(), Some(full), "the slider does not say the metric");
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
