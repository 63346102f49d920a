//! Other spectra over the same axes.

use browser_tests::{Page, Spy, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{Axes, Comparison, LoRaRankExplorer, ResidualView, Spectrum};
use wasm_bindgen_test::wasm_bindgen_test;

fn spectrum(n: usize, scale: f64) -> Spectrum {
    Spectrum::new(n, n, (1..=n).map(|j| scale / j as f64).collect()).expect("a spectrum")
}

fn legend(page: &Page) -> Vec<String> {
    let items = page.root.query_selector_all("[data-part=legend] li").expect("valid");
    (0..items.length()).filter_map(|i| items.item(i)?.text_content()).map(|text| text.trim().to_owned()).collect()
}

fn count(page: &Page, selector: &str) -> u32 {
    page.root.query_selector_all(selector).expect("valid").length()
}

#[wasm_bindgen_test]
async fn each_spectrum_has_a_curve_a_dash_pattern_and_a_legend_entry_with_its_residual() {
    let compare = Comparison::of("q_proj").with("k_proj", spectrum(4, 5.0)).with("v_proj", spectrum(64, 9.0));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum(16, 1.0) default_r=2 compare /> });
    assert_eq!(legend(&page), ["q_proj 0.459", "a k_proj 0.349", "b v_proj 0.483"].map(str::to_owned));
    assert_eq!(page.text("residual"), "0.459", "relative, since the norms of the spectra differ");
    assert_eq!(count(&page, "[data-part=plot] [data-part=compared]"), 2);
    let dash = |letter: &str, place: &str| {
        let path = page.find(&format!("[data-part={place}] [data-part=compared][data-letter={letter}]"));
        path.get_attribute("stroke-dasharray").expect("a dash")
    };
    assert!(dash("a", "plot") != dash("b", "plot"));
    assert_eq!((dash("a", "plot"), dash("b", "plot")), (dash("a", "legend"), dash("b", "legend")));
    page.drag_to(9);
    until("the legend follows", || legend(&page)[1] == "a k_proj 0.000").await;
}

#[wasm_bindgen_test]
async fn spectra_beyond_the_sixth_are_left_out_and_named() {
    let warnings = Spy::on_console_warn();
    let compare = (1..=8).fold(Comparison::of("own"), |all, i| all.with(format!("layer {i}"), spectrum(8, 1.0)));
    let page = Page::mount(move || view! { <LoRaRankExplorer compare /> });
    settle().await;
    assert_eq!(count(&page, "[data-part=plot] [data-part=compared]"), 6);
    assert_eq!(legend(&page).len(), 7);
    let problem = "at most 6 spectra can be compared; left out: layer 7, layer 8";
    assert!(page.root.text_content().unwrap_or_default().contains(problem));
    assert_eq!(warnings.calls(), [format!("<LoRaRankExplorer>: compare: {problem}")]);
}

#[wasm_bindgen_test]
fn names_are_text_and_not_markup() {
    let compare = Comparison::of("<i>own</i>").with("<img src=x>", spectrum(4, 1.0));
    let page = Page::mount(move || view! { <LoRaRankExplorer compare /> });
    assert_eq!(count(&page, "img, i"), 0);
    assert!(legend(&page)[0].starts_with("<i>own</i>") && legend(&page)[1].starts_with("a <img src=x>"));
}

#[wasm_bindgen_test]
async fn the_legend_follows_axes_and_comparison() {
    let compare = RwSignal::new(Comparison::of("own"));
    let axes = RwSignal::new(Axes::new().residual_view(ResidualView::Absolute));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum(8, 1.0) compare axes /> });
    assert_eq!(legend(&page).len(), 1);
    compare.set(Comparison::of("own").with("ten times", spectrum(8, 10.0)));
    until("the second", || legend(&page) == ["own 0.726", "a ten times 7.262"].map(str::to_owned)).await;
    let top = page.find("[data-part=axes] text[y='0.00%']").text_content();
    assert_eq!(top.as_deref(), Some("8"), "the axis covers both");
    axes.set(Axes::new().residual_view(ResidualView::Percent));
    until("percent", || legend(&page) == ["own 58.8%", "a ten times 58.8%"].map(str::to_owned)).await;
}

#[wasm_bindgen_test]
fn the_legend_shows_a_dash_for_an_unknown_residual() {
    let part = Spectrum::leading(64, 64, vec![1.0, 0.5], Some(1.3)).expect("a spectrum");
    let compare = Comparison::of("own").with("part", part);
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum(8, 1.0) default_r=5 compare /> });
    assert_eq!(legend(&page)[1], "a part –");
}
