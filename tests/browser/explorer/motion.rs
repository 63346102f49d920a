//! Marker, cursor and curve in motion.

use std::time::Duration;

use browser_tests::{Clock, Page, Spy, settle};
use leptos::prelude::*;
use lora_rank_explorer::{CubicBezier, LoRaRankExplorer, Metric, Spring, Transition, Tween};
use wasm_bindgen_test::wasm_bindgen_test;

const FRAME: f64 = 16.0;

/// An explorer on a fake clock, after the person has requested `rank`.
async fn asked_for(rank: usize, transition: impl Into<Transition>) -> (Clock, Page) {
    let (clock, transition) = (Clock::take_over(), transition.into());
    let page = Page::mount(move || view! { <LoRaRankExplorer transition /> });
    settle().await;
    page.drag_to(rank);
    settle().await;
    assert_eq!(page.text("slider-value"), rank.to_string(), "numbers do not wait for the marker");
    (clock, page)
}

/// Runs frames until none is pending. Returns their number.
async fn until_rest(clock: &Clock, mut each: impl FnMut()) -> usize {
    for frames in 0..200 {
        if clock.waiting().0 == 0 {
            return frames;
        }
        clock.frame_after(FRAME).await;
        each();
    }
    panic!("frames are still requested after 200 frames");
}

/// The vertices of the curve, in percent of the plot.
fn vertices(page: &Page) -> Vec<(f64, f64)> {
    let percent = |number: &str| number.parse::<f64>().expect("a number") / 10.0;
    let path = page.attribute("curve", "d");
    let vertex = |vertex: &str| vertex.split_once(' ').map(|(x, y)| (percent(x), percent(y)));
    path.split(['M', 'L']).filter_map(vertex).collect()
}

#[wasm_bindgen_test]
async fn the_marker_follows_the_curve_and_ends_exactly_on_its_rank() {
    // A spring that does not overshoot.
    let (clock, page) = asked_for(8, Spring::new(400.0, 40.0, 1.0).expect("a spring")).await;
    let curve = vertices(&page);
    assert_eq!(curve.len(), 8);
    let (mut on_the_way, mut before) = (0, 0.0);
    until_rest(&clock, || {
        let x = page.marker();
        let y: f64 = page.attribute("marker", "cy").trim_end_matches('%').parse().expect("a percentage");
        let to = curve.iter().position(|vertex| vertex.0 >= x).expect("a place on the axis").max(1);
        let ((x0, y0), (x1, y1)) = (curve[to - 1], curve[to]);
        let height = y0 + (y1 - y0) * (x - x0) / (x1 - x0);
        assert!((y - height).abs() < 0.2, "at {x} the marker is at {y}, and the curve at {height}");
        assert!(x >= before, "back from {before} to {x}");
        before = x;
        on_the_way += usize::from(x > 0.0 && x < 100.0);
    })
    .await;
    assert!(on_the_way > 5, "{on_the_way} frames in between");
    assert_eq!((page.attribute("at-rank", "x"), page.attribute("marker", "cy")), ("100.00%".into(), "100.00%".into()));
}

#[wasm_bindgen_test]
async fn no_frame_is_requested_once_the_marker_rests() {
    let (clock, page) = asked_for(5, Spring::SNAP).await;
    assert!(until_rest(&clock, || ()).await > 5, "the motion took several frames");
    assert!(page.shows(5));
    // The summary's delay ends meanwhile.
    let asked = clock.asked();
    for _ in 0..60 {
        clock.frame_after(FRAME).await;
    }
    assert_eq!((clock.asked(), clock.waiting()), (asked, (0, 0)), "frames were requested again");
}

#[wasm_bindgen_test]
async fn a_new_rank_in_mid_flight_keeps_the_velocity() {
    let (clock, page) = asked_for(8, Spring::new(40.0, 6.0, 1.0).expect("a spring")).await;
    // In such a short time a spring hardly changes the velocity.
    let step = async || {
        let before = page.marker();
        clock.frame_after(2.0).await;
        page.marker() - before
    };
    while page.marker() < 30.0 {
        clock.frame_after(FRAME).await;
    }
    let before = step().await;
    let turn = page.marker();
    page.drag_to(1);
    settle().await;
    assert_eq!(page.marker(), turn, "it does not jump");
    let after = step().await;
    assert!(before > 0.2 && (after / before - 1.0).abs() < 0.2, "{before} in 2 ms, then {after}");
    let mut furthest = turn;
    until_rest(&clock, || furthest = furthest.max(page.marker())).await;
    assert!(page.shows(1) && furthest > turn + 10.0, "it turns around gradually: {turn}, {furthest}");
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
async fn a_tween_ends_exactly_after_its_duration() {
    let (clock, page) = asked_for(8, Tween::new(Duration::from_millis(120), CubicBezier::EASE)).await;
    assert_eq!(page.marker(), 0.0);
    clock.frame_after(60.0).await;
    assert!((page.marker() - 80.24).abs() < 0.02, "CSS `ease` is at 0.8024 after half its time: {}", page.marker());
    clock.frame_after(59.0).await;
    assert!(page.marker() > 99.0 && clock.waiting().0 == 1, "a millisecond is left: {}", page.marker());
    clock.frame_after(1.0).await;
    assert!(page.shows(8) && clock.waiting().0 == 0, "the time is over: {}", page.marker());
}

#[wasm_bindgen_test]
async fn the_curve_morphs_between_metrics() {
    let (clock, metric) = (Clock::take_over(), RwSignal::new(Metric::Frobenius));
    let page = Page::mount(move || view! { <LoRaRankExplorer metric /> });
    let resting = Page::mount(|| view! { <LoRaRankExplorer metric=Metric::Spectral /> });
    settle().await;
    let path = || page.attribute("curve", "d");
    let mut seen = vec![path()];
    metric.set(Metric::Spectral);
    settle().await;
    assert_eq!((page.text("axis-label").as_str(), page.text("residual").as_str()), ("σr+1", "4.527"));
    until_rest(&clock, || seen.push(path())).await;
    assert_eq!(path(), resting.attribute("curve", "d"));
    seen.dedup();
    assert!(seen.len() > 5, "only {} curves are drawn in between", seen.len());
}

#[wasm_bindgen_test]
async fn the_curve_morphs_between_sizes() {
    let clock = Clock::take_over();
    let rows = RwSignal::new(vec![vec![3.0, 0.0], vec![0.0, 2.0]]);
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows /> });
    settle().await;
    let small = vertices(&page);
    assert_eq!(small.len(), 2);
    rows.set((0..5).map(|i| (0..5).map(|j| if i == j { 5.0 - f64::from(i) } else { 0.0 }).collect()).collect());
    settle().await;
    assert!(until_rest(&clock, || ()).await > 5);
    let large = vertices(&page);
    assert_eq!(large.len(), 5, "the vertices of the new target");
    rows.set(vec![vec![3.0, 0.0], vec![0.0, 2.0]]);
    settle().await;
    assert_eq!(page.text("residual"), "2.000");
    // On the axis up to 2, the residuals of the larger target are above the top at both ranks.
    assert_eq!(vertices(&page), [(0.0, 0.0), (100.0, 0.0)], "the motion starts from the previous curve");
    assert!(until_rest(&clock, || ()).await > 5);
    assert_eq!(vertices(&page), small);
}

#[wasm_bindgen_test]
async fn an_explorer_unmounted_in_mid_flight_requests_no_more_frames() {
    let (clock, mut page) = asked_for(8, Spring::new(20.0, 2.0, 1.0).expect("a spring")).await;
    clock.frame_after(FRAME).await;
    assert!(page.marker() > 0.0 && clock.waiting().0 == 1, "the marker is on its way");
    page.unmount();
    let asked = clock.asked();
    for _ in 0..5 {
        clock.frame_after(FRAME).await;
    }
    assert_eq!((clock.asked(), clock.waiting()), (asked, (0, 0)));
}
