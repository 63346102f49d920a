//! What a rank costs.

use browser_tests::{Page, Spy, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankCost, ShowCost, Spectrum};
use wasm_bindgen_test::wasm_bindgen_test;

fn shown(page: &Page) -> [String; 3] {
    ["parameters", "bytes", "share"].map(|part| page.text(part))
}

fn value_text(page: &Page) -> String {
    page.slider().get_attribute("aria-valuetext").unwrap_or_default()
}

#[wasm_bindgen_test]
async fn the_cost_follows_the_rank_in_the_readout_and_in_the_value_text() {
    let page = Page::mount(|| view! { <LoRaRankExplorer cost=ShowCost::of(RankCost::of) /> });
    assert_eq!(shown(&page), ["16", "32 B", "25.0%"]);
    assert_eq!(value_text(&page), "rank 1, residual 4.572, 90.8% of energy, 16 parameters");
    page.drag_to(8);
    until("the cost of rank 8", || shown(&page) == ["128", "256 B", "200.0%"]).await;
    assert!(value_text(&page).ends_with(", 128 parameters"), "{}", value_text(&page));
}

#[wasm_bindgen_test]
async fn a_cost_of_the_spectrum_follows_the_target() {
    let target = RwSignal::new(Spectrum::new(4, 2, vec![2.0, 1.0]).expect("a spectrum"));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=target cost=ShowCost::of(RankCost::of) /> });
    assert_eq!(shown(&page), ["6", "12 B", "75.0%"]);
    target.set(Spectrum::new(1000, 3000, vec![2.0; 1000]).expect("a spectrum"));
    until("the other shape", || shown(&page) == ["4,000", "7.8 KiB", "0.133%"]).await;
}

#[wasm_bindgen_test]
fn the_break_even_line_is_drawn_only_within_the_axis() {
    let inside = Page::mount(|| view! { <LoRaRankExplorer cost=ShowCost::of(RankCost::of) /> });
    // 64 weights at 16 parameters per rank: rank 4 of 1 to 8.
    assert_eq!(inside.attribute("break-even", "x1"), "42.86%");
    let beyond = Page::mount(|| view! { <LoRaRankExplorer cost=RankCost::new(4096, 4096) /> });
    assert!(beyond.try_find("[data-part=break-even]").is_none());
    assert_eq!(beyond.text("parameters"), "8,192");
}

#[wasm_bindgen_test]
async fn an_invalid_cost_shows_its_reason_and_warns_once_while_the_rest_works() {
    let warnings = Spy::on_console_warn();
    let page = Page::mount(|| view! { <LoRaRankExplorer cost=RankCost::new(0, 3) /> });
    assert_eq!(page.text("problem"), "a 0×3 matrix has no weights");
    assert_eq!(shown(&page), ["–", "–", "–"]);
    frame().await;
    page.drag_to(3);
    until("the slider works", || page.shows(3)).await;
    assert!(value_text(&page).ends_with("of energy"), "{}", value_text(&page));
    assert_eq!(warnings.calls(), ["<LoRaRankExplorer>: cost: a 0×3 matrix has no weights"]);
}

#[wasm_bindgen_test]
async fn a_cost_follows_the_signals_that_its_closure_reads() {
    let copies = RwSignal::new(1);
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer cost=move || RankCost::new(8, 8).and_then(|cost| cost.with_copies(copies.get())) /> }
    });
    assert_eq!(page.text("parameters"), "16");
    copies.set(3);
    until("three layers are counted", || page.text("parameters") == "48").await;
    copies.set(0);
    until("the problem is shown", || page.text("parameters") == "–").await;
}
