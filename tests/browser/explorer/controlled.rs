//! Controlled and uncontrolled ranks.

use browser_tests::{Page, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{LabeledSlider, LoRaRankExplorer};
use wasm_bindgen_test::wasm_bindgen_test;

fn ranks_heard() -> (RwSignal<Vec<usize>>, impl Fn(usize) + Send + Sync + Copy + 'static) {
    let heard = RwSignal::new(Vec::new());
    (heard, move |rank| heard.write().push(rank))
}

#[wasm_bindgen_test]
async fn an_uncontrolled_explorer_follows_the_person() {
    let (heard, hear) = ranks_heard();
    let page = Page::mount(move || view! { <LoRaRankExplorer default_r=2 on_r_change=hear /> });
    page.drag_to(6);
    until("everything shows rank 6", || page.shows(6)).await;
    assert_eq!(heard.get_untracked(), [6]);
}

#[wasm_bindgen_test]
async fn a_controlled_explorer_follows_its_parent() {
    let r = RwSignal::new(3);
    let page = Page::mount(move || view! { <LoRaRankExplorer r on_r_change=move |rank| r.set(rank) /> });
    assert!(page.shows(3));
    page.drag_to(5);
    until("everything shows rank 5", || page.shows(5)).await;
    r.set(2);
    until("everything shows rank 2", || page.shows(2)).await;
}

#[wasm_bindgen_test]
async fn a_signal_alone_is_two_way() {
    let (r, value) = (RwSignal::new(3), RwSignal::new(4));
    let page = Page::mount(move || view! { <LoRaRankExplorer r /> });
    let slider = Page::mount(move || view! { <LabeledSlider label="Volume" max=11 value /> });
    page.drag_to(5);
    slider.drag_to(9);
    until("everything shows rank 5", || page.shows(5)).await;
    assert_eq!((r.get_untracked(), value.get_untracked()), (5, 9));
    r.set(2);
    until("everything shows rank 2", || page.shows(2)).await;
}

#[wasm_bindgen_test]
async fn with_a_callback_only_the_parent_sets_its_signal() {
    let (heard, hear) = ranks_heard();
    let r = RwSignal::new(4);
    let page = Page::mount(move || view! { <LoRaRankExplorer r on_r_change=hear /> });
    page.drag_to(7);
    until("the thumb goes back", || page.shows(4)).await;
    assert_eq!((r.get_untracked(), heard.get_untracked()), (4, vec![7]));
}

#[wasm_bindgen_test]
async fn a_read_only_signal_or_a_closure_without_a_callback_stays_as_it_is() {
    let (r, _) = signal(4);
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer r />
            <p id="closure"><LoRaRankExplorer r=move || r.get() + 1 /></p>
        }
    });
    page.drag_to(7);
    until("the thumb goes back", || page.shows(4)).await;
    assert!(page.find("#closure [data-part=caption]").text_content().is_some_and(|text| text.ends_with("r=5")));
}

#[wasm_bindgen_test]
async fn a_refused_change_moves_everything_back() {
    let (heard, hear) = ranks_heard();
    let page = Page::mount(move || view! { <LoRaRankExplorer r=4usize on_r_change=hear /> });
    for rank in [7, 7, 1] {
        page.drag_to(rank);
        assert_eq!(page.slider().value(), rank.to_string(), "the browser moves the thumb first");
        until("the thumb goes back", || page.shows(4)).await;
    }
    assert_eq!(page.text("slider-value"), "4");
    assert_eq!(heard.get_untracked(), [7, 7, 1], "each attempt is reported once");
}

#[wasm_bindgen_test]
async fn a_clamped_change_moves_everything_to_what_the_parent_says() {
    let r = RwSignal::new(2);
    let page = Page::mount(move || view! { <LoRaRankExplorer r on_r_change=move |rank: usize| r.set(rank.min(3)) /> });
    page.drag_to(8);
    until("everything shows rank 3", || page.shows(3)).await;
    page.drag_to(8);
    until("and again, though the parent's rank stays the same", || page.shows(3)).await;
}

#[wasm_bindgen_test]
async fn a_rank_set_by_the_program_does_not_call_on_r_change() {
    let (heard, hear) = ranks_heard();
    let r = RwSignal::new(1);
    let page = Page::mount(move || view! { <LoRaRankExplorer r on_r_change=hear /> });
    r.set(5);
    until("everything shows rank 5", || page.shows(5)).await;
    assert!(heard.get_untracked().is_empty());
    page.drag_to(5);
    frame().await;
    assert!(heard.get_untracked().is_empty(), "requesting the current rank is not a change");
}

#[wasm_bindgen_test]
fn the_parent_s_rank_is_clamped() {
    for (r, shown) in [(0usize, 1), (9999, 8)] {
        let page = Page::mount(move || view! { <LoRaRankExplorer r /> });
        assert!(page.shows(shown));
    }
}

#[wasm_bindgen_test]
async fn a_smaller_target_clamps_the_rank_and_a_larger_one_brings_it_back() {
    let (heard, hear) = ranks_heard();
    let size = RwSignal::new(8);
    let rows = move || {
        let size = size.get();
        (0..size).map(|i| (0..size).map(|j| f64::from(i * j % 5)).collect()).collect::<Vec<Vec<f64>>>()
    };
    let page = Page::mount(move || view! { <LoRaRankExplorer target_matrix=rows default_r=7 on_r_change=hear /> });
    assert!(page.shows(7));
    size.set(4);
    until("everything shows rank 4 of 4", || page.slider().max() == "4" && page.shows(4)).await;
    size.set(8);
    until("everything shows rank 7 of 8 again", || page.slider().max() == "8" && page.shows(7)).await;
    assert!(heard.get_untracked().is_empty());
}
