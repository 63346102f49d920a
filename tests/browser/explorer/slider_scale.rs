//! `<LabeledSlider>` with a scale: the position of the thumb, and every way to move it.

use browser_tests::{Page, settle};
use leptos::prelude::*;
use lora_rank_explorer::{LabeledSlider, RankScale};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit};

fn log2(max: usize, start: usize) -> Page {
    Page::mount(move || view! { <LabeledSlider label="Rank" max default_value=start scale=RankScale::Log2 /> })
}

fn ladder(start: usize) -> Page {
    let scale = RankScale::ladder([4, 8, 16, 32, 64]);
    Page::mount(move || view! { <LabeledSlider label="Rank" min=4 max=64 default_value=start scale /> })
}

async fn press(page: &Page, key: &str) -> String {
    page.press(key);
    settle().await;
    page.text("slider-value")
}

/// Moves the thumb to a position on the track, as a pointer or a screen reader does.
async fn move_to(page: &Page, place: usize) -> String {
    page.drag_to(place);
    settle().await;
    page.text("slider-value")
}

fn tell(page: &Page, name: &str) {
    let options = EventInit::new();
    options.set_bubbles(true);
    page.slider().dispatch_event(&Event::new_with_event_init_dict(name, &options).expect("an event")).expect("sent");
}

#[wasm_bindgen_test]
fn the_thumb_stands_where_the_scale_puts_the_value() {
    let page = log2(1024, 32);
    let slider = page.slider();
    assert_eq!((slider.min().as_str(), slider.max().as_str(), slider.value().as_str()), ("0", "1000", "500"));
    assert_eq!(slider.get_attribute("value").as_deref(), Some("500"), "also after the form is reset");
    assert_eq!(page.text("slider-value"), "32");
    assert_eq!(slider.get_attribute("aria-valuetext").as_deref(), Some("32"), "assistive technology reads the value");
    assert_eq!(ladder(16).slider().value(), "500");
}

#[wasm_bindgen_test]
async fn arrows_reach_each_of_4096_values() {
    let page = log2(4096, 1);
    for rank in 2..=40 {
        assert_eq!(press(&page, "ArrowRight").await, rank.to_string());
    }
    assert_eq!(press(&page, "End").await, "4096");
    for rank in (4050..4096).rev() {
        assert_eq!(press(&page, "ArrowDown").await, rank.to_string());
    }
    assert_eq!(press(&page, "ArrowUp").await, "4051");
    assert_eq!(press(&page, "Home").await, "1");
    assert_eq!(press(&page, "ArrowLeft").await, "1", "and no further");
}

#[wasm_bindgen_test]
async fn arrows_on_a_ladder_go_from_rung_to_rung() {
    let page = ladder(4);
    for rung in ["8", "16", "32", "64", "64"] {
        assert_eq!(press(&page, "ArrowUp").await, rung);
    }
    assert_eq!(press(&page, "ArrowLeft").await, "32");
    assert_eq!(press(&page, "Home").await, "4");
    assert_eq!(press(&page, "End").await, "64");
}

#[wasm_bindgen_test]
async fn page_keys_move_a_tenth_of_the_track_and_at_least_one_value() {
    let page = log2(1024, 32);
    assert_eq!(press(&page, "PageUp").await, "64", "a tenth of ten doublings");
    assert_eq!(press(&page, "PageDown").await, "32");
    let page = log2(8, 1);
    assert_eq!(press(&page, "PageUp").await, "2");
    assert_eq!(press(&ladder(8), "PageUp").await, "16");
}

#[wasm_bindgen_test]
async fn arrows_follow_the_writing_direction() {
    let page = log2(64, 8);
    page.slider().set_attribute("dir", "rtl").expect("set");
    assert_eq!(press(&page, "ArrowLeft").await, "9");
    assert_eq!(press(&page, "ArrowRight").await, "8");
    assert_eq!(press(&page, "ArrowUp").await, "9");
}

#[wasm_bindgen_test]
async fn a_drag_chooses_the_nearest_value_and_the_thumb_snaps_to_it() {
    let page = ladder(4);
    tell(&page, "pointerdown");
    assert_eq!(move_to(&page, 240).await, "8");
    assert_eq!(page.slider().value(), "250");
    assert_eq!(move_to(&page, 260).await, "8", "a pointer that hardly moves chooses nothing new");
    assert_eq!(page.slider().value(), "250");
    assert_eq!(move_to(&page, 251).await, "8");
    assert_eq!(move_to(&page, 990).await, "64");
    tell(&page, "pointerup");
}

#[wasm_bindgen_test]
async fn a_step_by_assistive_technology_goes_to_the_next_value() {
    for (page, above, below) in
        [(log2(4096, 2000), "2001", "2000"), (ladder(16), "32", "16"), (log2(4096, 2), "3", "2")]
    {
        let place: usize = page.slider().value().parse().expect("a place");
        assert_eq!(move_to(&page, place + 1).await, above, "the smallest step up");
        let place: usize = page.slider().value().parse().expect("a place");
        assert_eq!(move_to(&page, place - 1).await, below, "and down");
    }
    // If steps are small, engines step by a twentieth of the track.
    assert_eq!(move_to(&ladder(16), 550).await, "32");
    assert_eq!(move_to(&ladder(16), 450).await, "8");
}

#[wasm_bindgen_test]
async fn an_invalid_ladder_falls_back_to_linear_with_a_warning() {
    let warnings = browser_tests::Spy::on_console_warn();
    let page = Page::mount(|| view! { <LabeledSlider label="Rank" max=8 scale=RankScale::ladder([8, 4]) /> });
    settle().await;
    assert_eq!(page.slider().max(), "8");
    assert_eq!(move_to(&page, 3).await, "3");
    let warning = "<LabeledSlider>: rung 2 of the ladder is not above the one before it. The slider is linear instead.";
    assert_eq!(warnings.calls(), [warning]);
}

#[wasm_bindgen_test]
async fn the_thumb_follows_the_bounds() {
    let max = RwSignal::new(16);
    let page = Page::mount(move || {
        view! { <LabeledSlider label="Rank" max default_value=4 scale=RankScale::Log2 /> }
    });
    assert_eq!(page.slider().value(), "500");
    max.set(256);
    settle().await;
    assert_eq!((page.slider().value().as_str(), page.text("slider-value").as_str()), ("250", "4"));
}

#[wasm_bindgen_test]
async fn on_commit_runs_after_a_drag_and_after_a_slider_key_only() {
    for scale in [RankScale::Linear, RankScale::Log2] {
        let value = RwSignal::new(8);
        let heard = RwSignal::new(Vec::new());
        let page = Page::mount(move || {
            let on_commit = move |value| heard.write().push(value);
            view! { <LabeledSlider label="Rank" max=64 value on_change=move |v| value.set(v) scale on_commit /> }
        });
        settle().await;
        let last: usize = page.slider().max().parse().expect("a bound");
        tell(&page, "pointerdown");
        page.drag_to(last / 2);
        page.drag_to(last);
        settle().await;
        assert_eq!(heard.get_untracked(), [0; 0], "a moving thumb does not commit");
        tell(&page, "change");
        assert_eq!(heard.get_untracked(), [64]);
        page.press("PageDown");
        settle().await;
        assert_eq!(heard.get_untracked(), [64, value.get_untracked()]);
        value.set(3);
        page.press("a");
        settle().await;
        assert_eq!(heard.get_untracked().len(), 2, "neither a change by the parent nor another key commits");
    }
}
