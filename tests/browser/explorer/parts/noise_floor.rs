//! The residual that noise alone would leave.

use browser_tests::{Page, Spy, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{
    Axes, Label, Labels, LoRaRankExplorer, Metric, NoiseFloor, ResidualScale, ResidualView, Spectrum,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// ‖W‖_F = 5, σ₁ = 4; the axis goes from 0 to 3.
fn spectrum() -> Spectrum {
    Spectrum::new(3, 3, vec![4.0, 3.0, 0.0]).expect("a spectrum")
}

/// Where the line is, in percent from the top.
fn place(page: &Page) -> Option<f64> {
    let y = page.try_find("[data-part=noise-floor]")?.get_attribute("y1")?;
    y.trim_end_matches('%').parse().ok()
}

/// Where the curve's axis has this tick.
fn tick(page: &Page, text: &str) -> f64 {
    let labels = page.root.query_selector_all("[data-part=residual-ticks] text").expect("valid");
    let found =
        (0..labels.length()).filter_map(|i| labels.item(i)).find(|it| it.text_content().as_deref() == Some(text));
    let element: web_sys::Element = wasm_bindgen::JsCast::unchecked_into(found.expect("a tick"));
    element.get_attribute("y").expect("its place").trim_end_matches('%').parse().expect("a number")
}

#[wasm_bindgen_test]
async fn the_line_is_at_the_norm_of_the_metric_and_the_readout_says_it() {
    let metric = RwSignal::new(Metric::Frobenius);
    let floor = NoiseFloor::new().frobenius(2.0);
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum() metric noise_floor=floor.clone() /> });
    assert_eq!(place(&page), Some(tick(&page, "2")));
    assert_eq!(
        (page.text("noise-floor-label"), page.text("noise-floor-value")),
        ("noise floor".into(), "2.000".into())
    );
    metric.set(Metric::Spectral);
    until("not known", || page.text("noise-floor-value") == "–").await;
    assert_eq!(place(&page), None);
}

#[wasm_bindgen_test]
fn without_the_prop_nothing_is_there() {
    let page = Page::mount(|| view! { <LoRaRankExplorer spectrum=spectrum() /> });
    assert!(place(&page).is_none() && page.try_find("[data-part=noise-floor-value]").is_none());
}

#[wasm_bindgen_test]
async fn a_line_beyond_the_axis_is_not_drawn_and_its_value_is_said() {
    let norm = RwSignal::new(7.0);
    let floor = move || NoiseFloor::new().frobenius(norm.get());
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum() noise_floor=floor /> });
    assert_eq!((place(&page), page.text("noise-floor-value")), (None, "7.000".to_owned()));
    norm.set(1.0);
    until("the line", || place(&page) == Some(tick(&page, "1"))).await;
    norm.set(0.0);
    until("no noise", || place(&page).is_none()).await;
    assert_eq!(page.text("noise-floor-value"), "0.000");
}

#[wasm_bindgen_test]
fn the_line_is_measured_as_the_axis_is() {
    let floor = || NoiseFloor::new().frobenius(1.0).named("sensor <b>noise</b>");
    let relative = Axes::new().residual_view(ResidualView::Percent);
    let page = Page::mount(
        move || view! { <LoRaRankExplorer spectrum=spectrum() axes=relative.clone() noise_floor=floor() /> },
    );
    assert_eq!(page.text("noise-floor-value"), "20.0%");
    assert_eq!(page.text("noise-floor-label"), "sensor <b>noise</b>");
    assert_eq!(place(&page), Some(tick(&page, "20")));
    // An exact 0 has a line of its own on a logarithmic axis, below a break; nothing else lies there.
    let logarithmic = Axes::new().residual_scale(ResidualScale::Log);
    let floor = || NoiseFloor::new().frobenius(1e-9);
    let page = Page::mount(
        move || view! { <LoRaRankExplorer spectrum=spectrum() axes=logarithmic.clone() noise_floor=floor() /> },
    );
    assert_eq!(place(&page), None);
}

#[wasm_bindgen_test]
async fn what_is_no_norm_is_named_and_nothing_is_drawn() {
    let warnings = Spy::on_console_warn();
    let floor = RwSignal::new(Some(NoiseFloor::new().frobenius(f64::NAN)));
    let page = Page::mount(move || view! { <LoRaRankExplorer spectrum=spectrum() noise_floor=floor /> });
    frame().await;
    let problem = "the Frobenius norm of the noise is NaN, and must be finite and at least 0";
    assert_eq!((page.text("problem"), place(&page)), (problem.to_owned(), None));
    assert_eq!(warnings.calls(), [format!("<LoRaRankExplorer>: noise_floor: {problem}")]);
    floor.set(None);
    until("nothing is wrong", || page.text("problem").is_empty()).await;
    assert!(page.find("[data-part=readout]:has([data-part=noise-floor-value])").has_attribute("hidden"));
    floor.set(Some(NoiseFloor::new().spectral(-1.0)));
    until("the other norm", || page.text("problem").contains("the spectral norm of the noise is -1")).await;
}

#[wasm_bindgen_test]
fn the_name_can_be_translated() {
    let labels = || Labels::new(|label| matches!(label, Label::NoiseFloor).then(|| "Rauschgrenze".into()));
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer spectrum=spectrum() noise_floor=NoiseFloor::new().frobenius(1.0) labels=labels() /> }
    });
    assert_eq!(page.text("noise-floor-label"), "Rauschgrenze");
}
