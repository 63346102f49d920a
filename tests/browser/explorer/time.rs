//! Clocks that jump, hidden pages, and tabs that get one frame a second.

use browser_tests::{Clock, Page, Spy, settle};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Metric, Spring};
use wasm_bindgen_test::wasm_bindgen_test;

const HOUR: f64 = 3.6e6;

async fn mounted() -> (Clock, Page) {
    let clock = Clock::take_over();
    let page = Page::mount(|| view! { <LoRaRankExplorer /> });
    settle().await;
    (clock, page)
}

async fn lands_within_two_seconds(clock: &Clock, page: &Page, rank: usize) {
    for _ in 0..120 {
        clock.frame_after(1000.0 / 60.0).await;
    }
    assert!(page.shows(rank), "{} instead of rank {rank}", page.marker());
    assert_eq!(clock.waiting().0, 0, "no frame is requested at rest");
}

#[wasm_bindgen_test]
async fn a_hidden_page_goes_on_from_the_latest_rank() {
    let console = Spy::on_console();
    let (clock, page) = mounted().await;
    page.drag_to(8);
    settle().await;
    clock.frame_after(16.0).await;
    for rank in [6, 3] {
        clock.jump(HOUR);
        page.drag_to(rank);
        settle().await;
        assert_eq!(clock.waiting().0, 1, "one frame waits for the page to be shown");
        assert_eq!(page.text("slider-value"), rank.to_string(), "numbers do not wait for a frame");
    }
    clock.frame_after(16.0).await;
    assert!(page.marker() > 28.57 && page.marker() < 71.43, "on its way from rank 6 to rank 3: {}", page.marker());
    lands_within_two_seconds(&clock, &page, 3).await;
    assert_eq!(console.calls(), [""; 0]);
}

#[wasm_bindgen_test]
async fn a_clock_that_jumps_ahead_lands_on_the_rank_at_once() {
    for jump in [HOUR, 1e12, f64::MAX] {
        let (clock, page) = mounted().await;
        page.drag_to(5);
        settle().await;
        clock.frame_after(16.0).await;
        clock.frame_after(jump).await;
        assert!(page.shows(5), "{jump} ms: {}", page.marker());
        assert_eq!(clock.waiting().0, 0);
    }
}

#[wasm_bindgen_test]
async fn a_clock_that_jumps_back_neither_jerks_nor_stops_the_marker() {
    for jump in [30.0, HOUR, 1e12] {
        let (clock, page) = mounted().await;
        page.drag_to(8);
        settle().await;
        for _ in 0..5 {
            clock.frame_after(16.0).await;
        }
        let before = page.marker();
        clock.frame_after(-jump).await;
        assert_eq!(page.marker(), before, "it stands still for this frame");
        clock.frame_after(16.0).await;
        assert!(page.marker() > before && page.marker() < 100.0, "{jump} ms: {before}, then {}", page.marker());
        lands_within_two_seconds(&clock, &page, 8).await;
    }
}

#[wasm_bindgen_test]
async fn one_frame_a_second_shows_only_chosen_ranks() {
    let (clock, page) = mounted().await;
    for rank in [4, 6, 2, 8, 1] {
        page.drag_to(rank);
        settle().await;
        clock.frame_after(1000.0).await;
        assert!(page.shows(rank), "{} instead of rank {rank}", page.marker());
    }
    clock.frame_after(1000.0).await;
    assert_eq!(clock.waiting().0, 0);
}

#[wasm_bindgen_test]
async fn a_late_frame_never_makes_a_bouncy_spring_swing_further() {
    let clock = Clock::take_over();
    let bouncy = Spring::new(200.0, 1.0, 1.0).expect("a spring");
    let page = Page::mount(move || view! { <LoRaRankExplorer default_r=3 transition=bouncy /> });
    settle().await;
    page.drag_to(4);
    settle().await;
    let (target, reach) = (300.0 / 7.0, 100.0 / 7.0);
    for late in [1000.0, 130.0, 5000.0, 1.0, 777.0] {
        clock.frame_after(late).await;
        assert!((page.marker() - target).abs() <= reach + 0.005, "after {late} ms: {}", page.marker());
    }
    clock.frame_after(HOUR).await;
    assert!(page.shows(4));
}

#[wasm_bindgen_test]
async fn a_curve_hidden_in_mid_flight_settles_too() {
    let clock = Clock::take_over();
    let metric = RwSignal::new(Metric::Frobenius);
    let page = Page::mount(move || view! { <LoRaRankExplorer metric /> });
    let resting = Page::mount(|| view! { <LoRaRankExplorer metric=Metric::Spectral /> });
    settle().await;
    metric.set(Metric::Spectral);
    settle().await;
    clock.frame_after(16.0).await;
    assert_ne!(page.attribute("curve", "d"), resting.attribute("curve", "d"));
    clock.frame_after(HOUR).await;
    assert_eq!(page.attribute("curve", "d"), resting.attribute("curve", "d"));
    assert_eq!(clock.waiting().0, 0);
}
