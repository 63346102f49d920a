//! Marker, cursor and curve on their way.

use std::time::Duration;

use browser_tests::{Page, Spy, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{CubicBezier, LoRaRankExplorer, Metric, Spring, Transition, Tween};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn the_marker_walks_along_the_curve_and_ends_exactly_on_its_rank() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    page.drag_to(8);
    until("the marker is on its way", || page.marker() > 0.0).await;
    assert!(page.marker() < 100.0);
    let y: f64 = page.attribute("marker", "cy").trim_end_matches('%').parse().expect("a percentage");
    assert!((8.0..=100.0).contains(&y), "{y}");
    assert_eq!(page.text("slider-value"), "8", "numbers do not wait for the marker");
    until("the marker arrives", || page.attribute("marker", "cx") == "100.00%").await;
    assert_eq!(page.attribute("marker", "cy"), "100.00%");
}

#[wasm_bindgen_test]
async fn no_frame_is_requested_once_the_marker_rests() {
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    let spy = Spy::on_animation_frames();
    page.drag_to(5);
    until("the marker arrives", || page.shows(5)).await;
    assert!(spy.calls().len() > 5, "it took its frames");
    drop(spy);
    // It may still be within its last thousandths.
    let quiet = async || {
        let spy = Spy::on_animation_frames();
        frame().await;
        spy.calls().len() == 1
    };
    let mut frames = 0;
    while !quiet().await {
        frames += 1;
        assert!(frames < 120, "the loop goes on at rest");
    }
    assert!(quiet().await && quiet().await, "it stopped, then went on");
}

#[wasm_bindgen_test]
async fn a_new_rank_on_the_way_keeps_the_speed() {
    let slow = Spring::new(40.0, 6.0, 1.0).expect("a spring");
    let page = Page::mount(move || view! { <LoRaRankExplorer transition=slow /> });
    page.drag_to(8);
    until("the marker is well on its way", || page.marker() > 30.0).await;
    let turn = page.marker();
    page.drag_to(1);
    let mut furthest = turn;
    until("the marker comes back", || {
        furthest = furthest.max(page.marker());
        page.shows(1)
    })
    .await;
    assert!(furthest > turn + 15.0, "it cannot turn around at once: {turn}, then at most {furthest}");
}

#[wasm_bindgen_test]
async fn an_instant_transition_jumps() {
    let page = Page::mount(|| view! { <LoRaRankExplorer transition=Transition::Instant /> });
    let frames = Spy::on_animation_frames();
    page.drag_to(6);
    leptos::task::tick().await;
    assert!(page.shows(6), "{}", page.marker());
    assert!(frames.calls().is_empty());
}

#[wasm_bindgen_test]
async fn a_tween_takes_its_time_and_no_longer() {
    let tween = Tween { duration: Duration::from_millis(120), easing: CubicBezier::EASE };
    let page = Page::mount(move || view! { <LoRaRankExplorer transition=tween /> });
    page.drag_to(8);
    until("the marker is on its way", || page.marker() > 0.0).await;
    until("the marker arrives", || page.shows(8)).await;
}

#[wasm_bindgen_test]
async fn the_curve_morphs_between_metrics() {
    let metric = RwSignal::new(Metric::Frobenius);
    let page = Page::mount(move || view! { <LoRaRankExplorer metric /> });
    let path = || page.attribute("curve", "d");
    let frobenius = path();
    metric.set(Metric::Spectral);
    until("the curve moves", || path() != frobenius).await;
    let first = path();
    until("it is on its way", || path() != first).await;
    assert_eq!(page.text("axis-label"), "σr+1");
    assert_eq!(page.text("residual"), "4.527");
    until("it arrives", || path().starts_with("M0.0 94.7L")).await;
}

#[wasm_bindgen_test]
async fn the_curve_morphs_between_sizes() {
    let rows = RwSignal::new(vec![vec![3.0, 0.0], vec![0.0, 2.0]]);
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
    let vertices = || page.attribute("curve", "d").matches(['M', 'L']).count();
    assert_eq!(vertices(), 2);
    rows.set((0..5).map(|i| (0..5).map(|j| if i == j { 5.0 - f64::from(i) } else { 0.0 }).collect()).collect());
    until("the curve arrives with the vertices of the new target", || vertices() == 5).await;
    rows.set(vec![vec![3.0, 0.0], vec![0.0, 2.0]]);
    until("it leaves", || page.text("residual") == "2.000").await;
    assert_eq!(vertices(), 5, "it starts from the curve that was there");
    until("and comes back", || vertices() == 2).await;
}

#[wasm_bindgen_test]
async fn an_explorer_that_goes_on_the_way_asks_for_no_more_frames() {
    let slow = Spring::new(20.0, 2.0, 1.0).expect("a spring");
    let mut page = Page::mount(move || view! { <LoRaRankExplorer transition=slow /> });
    page.drag_to(8);
    until("the marker is on its way", || page.marker() > 0.0).await;
    page.unmount();
    let frames = Spy::on_animation_frames();
    frame().await;
    frame().await;
    assert_eq!(frames.calls().len(), 2, "the only frames are those that this test asked for");
}
