//! Axes other than the default ones: what they draw, what they print, and how ranks are chosen on them.

use browser_tests::{Page, Spy, settle, until};
use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, LoRaRankExplorer, Metric, NoiseFloor, RankScale, ResidualScale, ResidualView, Spectrum,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// σⱼ = 1/j.
fn harmonic(n: u32) -> Spectrum {
    Spectrum::new(n as usize, n as usize, (1..=n).map(|j| 1.0 / f64::from(j)).collect()).expect("a spectrum")
}

fn explorer(n: u32, default_r: usize, axes: Axes) -> Page {
    Page::mount(move || view! { <LoRaRankExplorer spectrum=harmonic(n) default_r axes /> })
}

fn value_text(page: &Page) -> String {
    page.slider().get_attribute("aria-valuetext").unwrap_or_default()
}

/// The marker's y, in percent of the plot's height from the top.
fn height(page: &Page) -> f64 {
    page.attribute("marker", "cy").trim_end_matches('%').parse().expect("a percentage")
}

#[wasm_bindgen_test]
fn default_axes_look_the_same_as_no_axes() {
    let (with, without) = (
        explorer(12, 3, Axes::new()),
        Page::mount(|| view! { <LoRaRankExplorer spectrum=harmonic(12) default_r=3 /> }),
    );
    for part in ["plot-area", "slider", "readout", "header"] {
        assert_eq!(with.part(part).outer_html(), without.part(part).outer_html());
    }
}

#[wasm_bindgen_test]
async fn marker_and_thumb_agree_on_a_logarithmic_axis() {
    let page = explorer(1024, 32, Axes::new().rank_scale(RankScale::Log2));
    assert_eq!((page.attribute("at-rank", "x").as_str(), page.slider().value().as_str()), ("50.00%", "500"));
    assert!(value_text(&page).starts_with("rank 32, residual "));
    assert!(page.text("caption").ends_with("r=32"));
    for rank in 33..40 {
        page.press("ArrowRight");
        settle().await;
        assert_eq!(page.text("slider-value"), rank.to_string());
    }
}

#[wasm_bindgen_test]
async fn arrows_go_from_rung_to_rung_even_if_the_parent_sets_a_rank_between_rungs() {
    let r = RwSignal::new(8);
    let axes = Axes::new().rank_scale(RankScale::ladder([4, 8, 16, 64, 256]));
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer spectrum=harmonic(64) r on_r_change=move |rank| r.set(rank) axes /> }
    });
    assert_eq!(page.attribute("at-rank", "x"), "33.33%");
    page.press("ArrowRight");
    until("the next rung", || page.text("slider-value") == "16").await;
    r.set(12);
    until("the parent's rank", || page.text("slider-value") == "12" && (page.marker() - 50.0).abs() < 0.01).await;
    page.press("ArrowRight");
    until("the rung above it", || page.text("slider-value") == "16").await;
    r.set(1);
    until("the axis starts at 4", || page.text("slider-value") == "4").await;
}

#[wasm_bindgen_test]
async fn max_rank_ends_the_axis_and_the_slider() {
    let page = explorer(64, 40, Axes::new().max_rank(16));
    assert_eq!((page.slider().max().as_str(), page.text("slider-value").as_str()), ("16", "16"));
    assert_eq!(page.attribute("at-rank", "x"), "100.00%");
    assert!(page.text("residual") != "0.000");
}

#[wasm_bindgen_test]
fn every_text_uses_the_chosen_residual_view() {
    for (view, name, residual) in [
        (ResidualView::Absolute, "residual", "0.319"),
        (ResidualView::Relative, "relative residual", "0.250"),
        (ResidualView::Percent, "relative residual", "25.0%"),
        (ResidualView::OfBase(4.0), "residual over base norm", "0.080"),
    ] {
        let page = explorer(64, 8, Axes::new().residual_view(view));
        assert_eq!(
            (page.text("residual").as_str(), page.find("dt").text_content()),
            (residual, Some(format!("Frobenius {name}")))
        );
        assert_eq!(value_text(&page), format!("rank 8, {name} {residual}, 93.7% of energy"));
        let summary = page.text("summary");
        assert!(summary.ends_with(&format!("Frobenius {name} at r=8: {residual}.")), "{summary}");
    }
    let page = Page::mount(|| {
        let axes = Axes::new().residual_view(ResidualView::Relative);
        view! { <LoRaRankExplorer spectrum=harmonic(64) metric=Metric::Spectral default_r=8 axes /> }
    });
    assert_eq!(page.text("residual"), "0.111", "σ₉ over σ₁");
    assert_eq!(page.text("axis-label"), "σr+1 / ‖W‖");
}

/// σ₃ is between 0 and 1, in the residual as in ‖W‖.
#[wasm_bindgen_test]
fn a_relative_residual_of_a_part_is_the_range_of_what_is_possible() {
    let axes = Axes::new().residual_view(ResidualView::Relative);
    let part = || Spectrum::leading(3, 3, vec![1.0, 1.0], None).expect("a part");
    let floor = || NoiseFloor::new().frobenius(1.0);
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer spectrum=part() default_r=1 axes=axes.clone() noise_floor=floor() /> }
    });
    assert_eq!(page.text("residual"), "0.707 to 0.816", "1/√2 to √2/√3");
    assert_eq!(page.text("noise-floor-value"), "0.577 to 0.707", "1/√3 to 1/√2");
}

/// 1/j falls by half of its height between the ranks 1 and 8, which are 2 of 1000 pixels.
#[wasm_bindgen_test]
fn of_thousands_of_ranks_the_marker_is_at_the_residual_that_the_caption_tells() {
    let page = explorer(4096, 4, Axes::new());
    let top = page.find("[data-part=residual-ticks] text[y='0.00%']").text_content().unwrap_or_default();
    let [top, shown] = [top, page.text("residual")].map(|text| text.parse::<f64>().expect("a number"));
    let drawn = top * (1.0 - height(&page) / 100.0);
    assert!((drawn - shown).abs() < 0.002 * top, "{shown} is drawn at {drawn}");
}

#[wasm_bindgen_test]
fn a_zero_matrix_has_no_relative_residual() {
    for view in [ResidualView::Relative, ResidualView::Percent] {
        for scale in [ResidualScale::Linear, ResidualScale::Log] {
            let axes = Axes::new().residual_view(view).residual_scale(scale);
            let zero = Spectrum::new(3, 3, vec![0.0; 3]).expect("a spectrum");
            let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=zero axes /> });
            assert_eq!(page.text("residual"), "–");
            assert!(!page.root.inner_html().contains("NaN"));
        }
    }
}

#[wasm_bindgen_test]
async fn on_a_log_axis_an_exact_zero_lies_below_an_axis_break() {
    let page = explorer(64, 1, Axes::new().residual_scale(ResidualScale::Log));
    assert!(page.try_find("[data-part=axis-break]").is_some());
    page.drag_to(63);
    until("the smallest residual above 0", || page.shows(63)).await;
    let before = height(&page);
    assert!(before < 88.1, "{before}");
    page.drag_to(64);
    until("the residual 0", || height(&page) == 100.0 && page.text("residual") == "0.000").await;
    let page = explorer(64, 1, Axes::new().residual_scale(ResidualScale::Log).max_rank(16));
    assert!(page.try_find("[data-part=axis-break]").is_none(), "there is no zero on this axis");
}

#[wasm_bindgen_test]
async fn the_explorer_follows_changes_of_the_axes() {
    let axes = RwSignal::new(Axes::new());
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=harmonic(16) default_r=4 axes /> });
    assert!(page.shows(4));
    axes.set(Axes::new().rank_scale(RankScale::Log2).residual_view(ResidualView::Percent));
    until("log₂ and percent", || {
        page.slider().value() == "500" && (page.marker() - 50.0).abs() < 0.01 && page.text("residual").ends_with('%')
    })
    .await;
    assert_eq!(page.slider().max(), "1000");
    axes.set(Axes::new());
    until("as before", || page.shows(4) && page.text("residual") == "0.401").await;
}

#[wasm_bindgen_test]
async fn invalid_axes_are_reported_and_the_rest_works() {
    for (axes, problem) in [
        (Axes::new().rank_scale(RankScale::ladder([])), "the ladder of ranks is empty"),
        (Axes::new().rank_scale(RankScale::ladder([4, 2])), "rung 2 of the ladder is not above the one before it"),
        (Axes::new().max_rank(0), "the axis ends at rank 0, and ranks start at 1"),
        (
            Axes::new().residual_view(ResidualView::OfBase(f64::NAN)),
            "the base norm is NaN, and must be finite and above 0",
        ),
    ] {
        let warnings = Spy::on_console_warn();
        let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=harmonic(8) axes /> });
        settle().await;
        let shown = format!("{problem}. The default is used instead.");
        assert_eq!(page.text("problem"), shown);
        assert_eq!(warnings.calls(), [format!("<LoRaRankExplorer>: axes: {shown}")]);
        page.drag_to(3);
        until("the slider works", || page.shows(3)).await;
    }
}
