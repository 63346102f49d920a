//! Pointing at the plot: previews and clicks.

use browser_tests::{Page, frame, pointer_event, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Pointing, Spectrum, Transition};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Told, escape, point, point_at};

/// An explorer that adds each preview to `previews`.
fn explorer(told: Told, previews: RwSignal<Vec<Option<usize>>>) -> Page {
    Page::mount(move || {
        let pointing = Pointing::new().on_preview(move |rank| previews.write().push(rank));
        view! {
            <LoRaRankExplorer
                pointing
                transition=Transition::Instant
                default_r=2
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    })
}

/// Marker, cursor, caption and readout show `rank` while the slider, and a paler dot, stay at 2.
fn previews(page: &Page, rank: usize) -> bool {
    let place = (rank as f64 - 1.0) / 7.0 * 100.0;
    page.text("caption").ends_with(&format!("r={rank} · preview"))
        && page.try_find("[data-part=chosen][cx='14.29%']").is_some()
        && (page.marker() - place).abs() < 0.006
        && page.slider().value() == "2"
        && page.slider().get_attribute("aria-valuetext").is_some_and(|text| text.starts_with("rank 2,"))
}

#[wasm_bindgen_test]
async fn hovering_previews_the_nearest_rank_and_leaving_restores() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    assert!(page.part("plot").has_attribute("data-pointing"));
    point(&page, "pointermove", "mouse", 4.9, 0.5);
    until("rank 5 is previewed", || previews(&page, 5)).await;
    assert!(page.part("plot").has_attribute("data-preview"));
    point(&page, "pointermove", "pen", 5.2, 0.5);
    point(&page, "pointermove", "mouse", 99.0, 0.5);
    until("the last rank is previewed", || previews(&page, 8)).await;
    point(&page, "pointerleave", "mouse", 99.0, 0.5);
    until("the chosen rank is back", || page.shows(2)).await;
    assert!(!page.part("plot").has_attribute("data-preview") && page.try_find("[data-part=chosen]").is_none());
    assert_eq!(heard.get_untracked(), [Some(5), Some(8), None]);
    assert_eq!(told.so_far(), (vec![], vec![]), "nothing was chosen");
}

#[wasm_bindgen_test]
async fn escape_ends_a_preview() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    point(&page, "pointermove", "mouse", 6.0, 0.5);
    until("rank 6 is previewed", || previews(&page, 6)).await;
    escape();
    until("the chosen rank is back", || page.shows(2)).await;
    escape();
    assert_eq!(heard.get_untracked(), [Some(6), None]);
}

#[wasm_bindgen_test]
async fn the_slider_ends_a_preview() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    point(&page, "pointermove", "mouse", 6.0, 0.5);
    until("rank 6 is previewed", || previews(&page, 6)).await;
    page.drag_to(3);
    until("everything shows the slider's rank, though the mouse is over the plot", || page.shows(3)).await;
    assert_eq!(heard.get_untracked(), [Some(6), None]);
}

#[wasm_bindgen_test]
async fn a_resting_mouse_does_not_bring_an_ended_preview_back() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    point(&page, "pointermove", "mouse", 6.0, 0.5);
    escape();
    // Engines send such a move when the elements under the mouse change.
    point(&page, "pointermove", "mouse", 6.0, 0.5);
    assert_eq!(heard.get_untracked(), [Some(6), None]);
    point(&page, "pointermove", "mouse", 5.0, 0.5);
    assert_eq!(heard.get_untracked(), [Some(6), None, Some(5)]);
}

#[wasm_bindgen_test]
async fn a_plot_scrolled_under_a_resting_mouse_previews_nothing() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    let body = document().body().expect("a body");
    body.dispatch_event(&pointer_event("pointermove", "mouse", true, 1.0, 1.0)).expect("sent");
    point_at(&page, "pointermove", "mouse", true, 1.0, 1.0);
    assert_eq!(heard.get_untracked(), []);
    point(&page, "pointermove", "mouse", 5.0, 0.5);
    assert_eq!(heard.get_untracked(), [Some(5)]);
}

#[wasm_bindgen_test]
async fn a_plot_that_appears_under_a_resting_mouse_previews_nothing() {
    let heard = RwSignal::new(Vec::new());
    let _before = explorer(Told::new(), RwSignal::new(Vec::new()));
    frame().await;
    let body = document().body().expect("a body");
    body.dispatch_event(&pointer_event("pointermove", "mouse", true, 1.0, 1.0)).expect("sent");
    let page = explorer(Told::new(), heard);
    frame().await;
    point_at(&page, "pointermove", "mouse", true, 1.0, 1.0);
    assert_eq!(heard.get_untracked(), []);
    point(&page, "pointermove", "mouse", 5.0, 0.5);
    assert_eq!(heard.get_untracked(), [Some(5)]);
}

#[wasm_bindgen_test]
async fn a_press_alone_chooses_nothing_and_a_click_chooses_and_commits_once() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    point(&page, "pointerdown", "mouse", 6.0, 0.5);
    until("a preview", || previews(&page, 6)).await;
    assert_eq!(told.so_far(), (vec![], vec![]));
    point(&page, "pointerup", "mouse", 6.0, 0.5);
    until("rank 6", || page.shows(6)).await;
    assert_eq!(told.so_far(), (vec![6], vec![6]));
}

#[wasm_bindgen_test]
async fn a_gesture_that_ends_while_there_is_no_target_has_ended() {
    let spectrum = || Spectrum::new(8, 8, (1..=8).rev().map(f64::from).collect()).expect("a spectrum");
    for (how, dragged) in [("pointerup", true), ("lostpointercapture", true), ("pointerleave", false)] {
        let told = Told::new();
        let target = RwSignal::new(Some(spectrum()));
        let page = Page::mount(move || {
            view! { <LoRaRankExplorer spectrum=target pointing=Pointing::new() default_r=2 on_r_change=told.change() /> }
        });
        frame().await;
        let expected = if dragged {
            point(&page, "pointerdown", "mouse", 4.0, 0.5);
            point(&page, "pointermove", "mouse", 6.0, 0.5);
            until("rank 6", || page.shows(6)).await;
            if how == "pointerup" { 6 } else { 2 }
        } else {
            point(&page, "pointermove", "mouse", 6.0, 0.5);
            until("a preview", || page.part("plot").has_attribute("data-preview")).await;
            2
        };
        target.set(None);
        until("an empty frame", || page.try_find("[data-part=grid]").is_none()).await;
        point_at(&page, how, "mouse", true, 0.0, 0.0);
        target.set(Some(spectrum()));
        until("the curve", || page.try_find("[data-part=grid]").is_some()).await;
        until("the rank", || page.shows(expected)).await;
        let so_far = told.so_far();
        point(&page, "pointermove", "mouse", 3.0, 0.5);
        until("a preview", || page.part("plot").has_attribute("data-preview")).await;
        assert_eq!(told.so_far(), so_far, "after {how}, a mouse that moves chooses nothing");
    }
}

#[wasm_bindgen_test]
async fn a_press_released_outside_chooses_nothing() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    point(&page, "pointerdown", "mouse", 6.0, 0.5);
    point(&page, "pointerup", "mouse", 6.0, 3.0);
    frame().await;
    assert!(page.shows(2));
    assert_eq!(told.so_far(), (vec![], vec![]));
}

#[wasm_bindgen_test]
async fn a_second_finger_and_a_finger_that_does_not_press_do_nothing() {
    let (told, heard) = (Told::new(), RwSignal::new(Vec::new()));
    let page = explorer(told, heard);
    frame().await;
    let plot = page.part("plot").get_bounding_client_rect();
    let (x, y) = (plot.left() + plot.width() / 2.0, plot.top() + plot.height() / 2.0);
    for name in ["pointerdown", "pointermove", "pointerup"] {
        point_at(&page, name, "touch", false, x, y);
    }
    point(&page, "pointermove", "touch", 5.0, 0.5);
    frame().await;
    assert!(page.shows(2));
    assert_eq!((told.so_far(), heard.get_untracked()), ((vec![], vec![]), vec![]));
}
