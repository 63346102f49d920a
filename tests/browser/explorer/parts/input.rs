//! The field for the rank.

use browser_tests::{Page, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{Axes, LoRaRankExplorer, Numbers, RankScale};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit, HtmlInputElement};

use super::{Told, click};

const LESS: &str = "[data-part=number-input] button:first-of-type";
const MORE: &str = "[data-part=number-input] button:last-of-type";
const MESSAGE: &str = "[data-part=number-input] [data-part=problem]";

fn field(page: &Page) -> HtmlInputElement {
    page.find("input[type=number]").unchecked_into()
}

/// Types `text` and leaves the field.
fn enter(page: &Page, text: &str) {
    field(page).set_value(text);
    let options = EventInit::new();
    options.set_bubbles(true);
    field(page).dispatch_event(&Event::new_with_event_init_dict("change", &options).expect("an event")).expect("sent");
}

fn message(page: &Page) -> String {
    page.find(MESSAGE).text_content().unwrap_or_default()
}

fn is_at_an_end(page: &Page, button: &str) -> bool {
    page.find(button).get_attribute("aria-disabled").as_deref() == Some("true")
}

#[wasm_bindgen_test]
async fn a_typed_rank_is_chosen_and_reported_once() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer
                numbers=Numbers::new().input()
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    });
    assert_eq!((field(&page).value(), field(&page).max()), ("1".to_owned(), "8".to_owned()));
    enter(&page, "6");
    until("everything shows rank 6", || page.shows(6) && field(&page).value() == "6").await;
    assert_eq!(told.so_far(), (vec![6], vec![6]));
    page.drag_to(3);
    until("the field follows the slider", || field(&page).value() == "3").await;
}

#[wasm_bindgen_test]
async fn an_invalid_entry_is_reported_and_the_field_shows_the_rank_again() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer numbers=Numbers::new().input() default_r=4 on_r_change=told.change() /> }
    });
    frame().await;
    // The browser itself empties a number field in which a word was typed.
    for typed in ["9", "0", "-2", "2.5", "1e99", "", "word"] {
        enter(&page, typed);
        until("the rank again", || field(&page).value() == "4").await;
        until("the message", || message(&page) == "A rank is a whole number from 1 to 8.").await;
        until("the invalid mark", || field(&page).get_attribute("aria-invalid").as_deref() == Some("true")).await;
        assert_eq!(field(&page).get_attribute("aria-description"), Some(message(&page)), "the field has its message");
    }
    assert!(page.shows(4) && told.so_far().0.is_empty());
    enter(&page, "5");
    until("a valid rank clears it", || message(&page).is_empty() && !field(&page).has_attribute("aria-invalid")).await;
    assert!(!field(&page).has_attribute("aria-description"));
    enter(&page, "99");
    until("the message", || !message(&page).is_empty()).await;
    page.drag_to(2);
    until("any other choice clears it", || message(&page).is_empty()).await;
}

#[wasm_bindgen_test]
async fn the_buttons_step_by_one_and_stop_at_the_ends() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer
                numbers=Numbers::new().input()
                default_r=7
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    });
    assert!(!is_at_an_end(&page, LESS) && !is_at_an_end(&page, MORE));
    click(&page, MORE);
    until("rank 8", || page.shows(8) && is_at_an_end(&page, MORE)).await;
    click(&page, MORE);
    frame().await;
    assert_eq!(told.so_far(), (vec![8], vec![8]), "no step beyond the end");
    click(&page, LESS);
    until("rank 7", || page.shows(7) && !is_at_an_end(&page, MORE)).await;
    page.drag_to(1);
    until("the first rank", || is_at_an_end(&page, LESS)).await;
    click(&page, LESS);
    frame().await;
    assert!(page.text("slider-value") == "1" && field(&page).value() == "1", "it stays there");
    assert_eq!(told.so_far(), (vec![8, 7, 1], vec![8, 7]));
}

#[wasm_bindgen_test]
async fn a_refused_entry_leaves_the_parent_s_rank_in_the_field() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer r=4usize numbers=Numbers::new().input() on_r_change=told.change() /> }
    });
    enter(&page, "6");
    until("the rank again", || field(&page).value() == "4").await;
    click(&page, MORE);
    frame().await;
    assert!(page.shows(4) && field(&page).value() == "4" && message(&page).is_empty());
    assert_eq!(told.so_far().0, [6, 5]);
}

#[wasm_bindgen_test]
async fn the_bound_of_the_field_follows_the_target() {
    let size = RwSignal::new(8usize);
    let rows = move || vec![vec![1.0; size.get()]; size.get()];
    let page = Page::mount(move || {
        view! { <LoRaRankExplorer target_matrix=rows numbers=Numbers::new().input() default_r=7 /> }
    });
    frame().await;
    enter(&page, "9");
    until("the message", || message(&page).ends_with("from 1 to 8.")).await;
    size.set(4);
    until("the other bound", || field(&page).max() == "4" && field(&page).value() == "4").await;
    assert!(message(&page).is_empty(), "the message about the previous target is cleared");
}

#[wasm_bindgen_test]
async fn the_buttons_step_from_rung_to_rung_of_a_ladder() {
    let page = Page::mount(|| {
        let axes = Axes::new().rank_scale(RankScale::ladder([1, 2, 4, 8]));
        view! { <LoRaRankExplorer numbers=Numbers::new().input() axes default_r=3 /> }
    });
    for (button, rank) in [(MORE, "4"), (MORE, "8"), (LESS, "4"), (LESS, "2"), (LESS, "1"), (LESS, "1")] {
        click(&page, button);
        until("the next rung", || field(&page).value() == rank).await;
    }
}
