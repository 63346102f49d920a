//! A spectrum computed elsewhere, complete or in part.

use browser_tests::{Page, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric, Spectrum};
use wasm_bindgen_test::wasm_bindgen_test;

/// σⱼ = 1/j for j = 1..=64, of which the first 8 are known.
fn harmonic(norm: Option<f64>) -> Spectrum {
    let values = (1..=8).map(|j| 1.0 / f64::from(j)).collect();
    Spectrum::leading(64, 100, values, norm).expect("a spectrum")
}

#[wasm_bindgen_test]
fn a_complete_spectrum_looks_the_same_as_its_matrix() {
    let whole = Spectrum::new(2, 3, vec![4.0, 3.0]).expect("a spectrum");
    let (page, of_rows) = (
        Page::mount(move || view! { <LoRaRankExplorer spectrum=whole /> }),
        Page::mount(|| view! { <LoRaRankExplorer target_matrix=[[4.0, 0.0, 0.0], [0.0, 3.0, 0.0]] /> }),
    );
    for part in ["caption", "residual", "captured-energy", "summary", "axes"] {
        assert_eq!(page.text(part), of_rows.text(part));
    }
    assert_eq!(page.attribute("curve", "d"), of_rows.attribute("curve", "d"));
    assert!(page.try_find("[data-part=band]").is_none());
}

#[wasm_bindgen_test]
fn spectrum_wins_over_target_matrix() {
    let spectrum = Spectrum::new(1, 1, vec![7.0]).expect("a spectrum");
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum target_matrix=[[f64::NAN]] /> });
    assert_eq!((page.text("caption").as_str(), page.text("note").as_str()), ("1×1 · Frobenius · r=1", ""));
}

#[wasm_bindgen_test]
async fn without_the_norm_unknown_numbers_are_drawn_and_printed_as_ranges() {
    let page = Page::mount(|| view! { <LoRaRankExplorer spectrum=harmonic(None) default_r=4 /> });
    assert_eq!(page.slider().max(), "8", "the axis ends at what is known");
    assert_eq!(page.text("captured-energy"), "59.3% to 93.2%");
    assert_eq!(page.text("residual"), "0.322 to 0.989");
    assert!(page.text("axes").contains("rank r, the first 8 of 64"));
    let summary =
        "Target is 64×100, the first 8 of 64 singular values known. Frobenius residual at r=4: 0.322 to 0.989.";
    assert!(page.text("summary").contains(summary), "{}", page.text("summary"));
    assert!(page.attribute("band", "d").starts_with("M0.0 "));
    page.drag_to(8);
    let value_text = || page.slider().get_attribute("aria-valuetext").unwrap_or_default();
    until("the value text is a range", || value_text() == "rank 8, residual 0.000 to 0.935, 63.6% to 100.0% of energy")
        .await;
}

#[wasm_bindgen_test]
fn with_the_norm_numbers_are_exact() {
    let norm = (1..=64).rev().map(|j| 1.0 / f64::from(j * j)).sum::<f64>().sqrt();
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=harmonic(Some(norm)) default_r=8 /> });
    assert_eq!((page.text("captured-energy").as_str(), page.text("residual").as_str()), ("93.7%", "0.319"));
    assert!(page.try_find("[data-part=band]").is_none());
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer spectrum=harmonic(Some(norm)) metric=Metric::Spectral default_r=8 /> }
    });
    assert_eq!(page.text("residual"), "0.043 to 0.125", "σ₉ = 1/9 is not known");
}

#[wasm_bindgen_test]
async fn the_explorer_follows_changes_of_the_spectrum() {
    let spectrum = RwSignal::new(harmonic(None));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum default_r=2 /> });
    spectrum.set(Spectrum::new(3, 3, vec![5.0, 2.0, 1.0]).expect("a spectrum"));
    until("the new one is shown", || page.text("residual") == "1.000" && page.shows(2)).await;
    assert!(page.try_find("[data-part=band]").is_none());
}
