//! Suggestions, and the page's own ranks.

use browser_tests::{Page, Spy, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankMarker, RankSuggestion, Spectrum};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Told, click};
use browser_tests::texts;

const ROWS: &str = "[data-part=markers] li";

#[wasm_bindgen_test]
fn every_suggestion_shows_its_rank_and_its_value_before_rounding() {
    let values = (1..=64).map(|j| 1.0 / f64::from(j)).collect();
    let spectrum = Spectrum::new(64, 64, values).expect("a spectrum");
    let ranks: Vec<_> = RankSuggestion::ALL.iter().map(|suggestion| suggestion.rank(&spectrum)).collect();
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum markers=RankSuggestion::ALL /> });
    let rows = texts(&page, ROWS);
    assert_eq!(rows.len(), 7);
    for ((row, suggestion), rank) in rows.iter().zip(RankSuggestion::ALL).zip(ranks) {
        assert!(row.starts_with(&suggestion.to_string()), "{row}");
        assert!(row.ends_with(&format!("→ r = {}", rank.expect("it applies"))), "{row}");
    }
    assert_eq!(rows[3], "stable rank 1.63 → r = 2");
}

#[wasm_bindgen_test]
fn every_suggestion_that_does_not_apply_says_why() {
    let spectrum = Spectrum::new(3, 3, vec![0.0; 3]).expect("a spectrum");
    let reasons: Vec<String> = RankSuggestion::ALL
        .iter()
        .filter_map(|suggestion| Some(format!("{suggestion}: {}", suggestion.rank(&spectrum).err()?)))
        .collect();
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum markers=RankSuggestion::ALL /> });
    assert_eq!(texts(&page, "[data-part=markers] [data-part=no-rank]"), reasons);
    assert!(reasons.len() >= 5, "{reasons:?}");
}

#[wasm_bindgen_test]
async fn the_page_s_own_ranks_are_offered_and_invalid_ones_say_why() {
    let (warnings, told) = (Spy::on_console_warn(), Told::new());
    let page = Page::mount(move || {
        let markers = [
            RankMarker::at("our first run", 4),
            RankMarker::at("nothing", 0),
            RankMarker::at("too much", 9),
            RankMarker::new("half", |spectrum: &Spectrum| Ok(spectrum.max_rank() / 2)),
            RankMarker::from(RankSuggestion::Knee).named("Knie"),
        ];
        view! { <LoRaRankExplorer markers on_r_change=told.change() on_rank_commit=told.commit() /> }
    });
    let rows = texts(&page, ROWS);
    assert_eq!(
        rows[..4],
        [
            "our first run → r = 4",
            "nothing: r = 0 is not a rank",
            "too much: r = 9, but the axis ends at 8",
            "half → r = 4"
        ]
    );
    assert!(rows[4].starts_with("Knie → r = "), "{rows:?}");
    frame().await;
    assert_eq!(warnings.calls(), ["<LoRaRankExplorer>: markers: nothing: r = 0 is not a rank"]);
    click(&page, "[data-part=markers] button");
    until("everything shows rank 4", || page.shows(4)).await;
    assert_eq!(told.so_far(), (vec![4], vec![4]));
    assert_eq!(texts(&page, "[data-part=markers] button[aria-current]").len(), 2, "both markers of rank 4");
}
