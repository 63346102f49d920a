//! The curve as a table.

use browser_tests::{Page, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric, Numbers, RankMarker, RankRule, Spectrum};
use wasm_bindgen_test::wasm_bindgen_test;

use browser_tests::texts;

fn ranks(page: &Page) -> Vec<String> {
    texts(page, "[data-part=data] tbody th")
}

#[wasm_bindgen_test]
async fn the_table_shows_the_curve_s_numbers_and_marks_the_current_row() {
    let page = Page::mount(|| view! { <LoRaRankExplorer numbers=Numbers::new().table() default_r=2 /> });
    assert_eq!(texts(&page, "[data-part=data] thead th"), ["Rank", "Frobenius residual", "captured energy"]);
    let current = || texts(&page, "[data-part=data] tr[aria-current=true] > *");
    assert_eq!(current(), ["2", "0.643", "99.8%"]);
    page.drag_to(7);
    until("the row of rank 7", || current().first().is_some_and(|rank| rank == "7")).await;
    assert_eq!(current(), ["7".to_owned(), page.text("residual"), page.text("captured-energy")]);
}

#[wasm_bindgen_test]
async fn the_table_follows_metric_and_target() {
    let (metric, size) = (RwSignal::new(Metric::Frobenius), RwSignal::new(2));
    let spectrum = move || Spectrum::new(size.get(), size.get(), vec![3.0; size.get()]).expect("a spectrum");
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum metric numbers=Numbers::new().table() /> });
    assert_eq!(ranks(&page), ["1", "2"]);
    metric.set(Metric::Spectral);
    until("the other name", || texts(&page, "[data-part=data] thead th")[1] == "Spectral residual").await;
    size.set(4);
    until("the other ranks", || ranks(&page) == ["1", "2", "4"]).await;
    assert_eq!(texts(&page, "[data-part=data] tbody td")[0], "3.000");
}

#[wasm_bindgen_test]
async fn a_long_curve_gets_a_dozen_rows_with_the_chosen_and_the_marked_ranks() {
    let values = (1..=4096).map(|j| 1.0 / f64::from(j)).collect();
    let spectrum = Spectrum::new(4096, 4096, values).expect("a spectrum");
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer
                spectrum
                default_r=300
                targets=[RankRule::energy_at_least(0.95)]
                markers=[RankMarker::at("ours", 100)]
                numbers=Numbers::new().input().table()
            />
        }
    });
    let target = texts(&page, "[data-part=targets] button")[0].rsplit(' ').next().expect("a rank").to_owned();
    let shown = ranks(&page);
    assert_eq!(shown.len(), 12);
    for rank in ["1", "100", "300", "4096", &target] {
        assert!(shown.iter().any(|shown| shown == rank), "{rank} is not in {shown:?}");
    }
    page.drag_to(301);
    until("the new rank", || ranks(&page).contains(&"301".to_owned())).await;
    assert_eq!(ranks(&page).len(), 12);
}
