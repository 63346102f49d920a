//! Marks on the curve, and the buttons that share their numbers.

use browser_tests::{Page, texts, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, RankMarker, RankRule};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit};

const BUTTONS: &str = "li button";

/// Two rules and two own ranks: 1, 2, 2 and 4.
fn page() -> Page {
    Page::mount(|| {
        view! {
            <LoRaRankExplorer
                targets=[RankRule::energy_at_least(0.95), RankRule::energy_at_least(0.9)]
                markers=[RankMarker::at("ours", 2), RankMarker::at("theirs", 4)]
                default_r=8
            />
        }
    })
}

fn attributes(page: &Page, selector: &str, name: &str) -> Vec<Option<String>> {
    let found = page.root.query_selector_all(selector).expect("a valid selector");
    let element = |i| wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>(found.get(i).expect("an element"));
    (0..found.length()).map(|i| element(i).get_attribute(name)).collect()
}

/// The texts of the lit buttons, and the ranks of the lit marks.
fn lit(page: &Page) -> (Vec<String>, Vec<String>) {
    let marks = attributes(page, "[data-part=mark][data-lit]", "data-rank");
    (texts(page, "li button[data-lit]"), marks.into_iter().flatten().collect())
}

fn send(page: &Page, selector: &str, name: &str) {
    let options = EventInit::new();
    options.set_bubbles(true);
    let event = Event::new_with_event_init_dict(name, &options).expect("an event");
    page.find(selector).dispatch_event(&event).expect("an event that can be sent");
}

#[wasm_bindgen_test]
fn a_rank_has_one_mark_and_all_its_buttons_have_the_number_of_the_mark() {
    let page = page();
    assert_eq!(texts(&page, BUTTONS), ["PEFT 0.95 → r = 2", "PEFT 0.9 → r = 1", "ours → r = 2", "theirs → r = 4"]);
    let numbers = ["2", "1", "2", "3"].map(|number| Some(number.to_owned()));
    assert_eq!(attributes(&page, BUTTONS, "data-mark"), numbers);
    assert_eq!(attributes(&page, "[data-part=mark]", "data-rank"), ["1", "2", "4"].map(|rank| Some(rank.to_owned())));
    assert_eq!(texts(&page, "[data-part=mark] text"), ["1", "2", "3"]);
    assert_eq!(texts(&page, "[data-rank='2'] path").len(), 2, "a rule and an own rank");
}

#[wasm_bindgen_test]
async fn mark_and_buttons_of_a_rank_light_up_together() {
    let page = page();
    let none = (Vec::new(), Vec::new());
    let rank_2 = (["PEFT 0.95 → r = 2", "ours → r = 2"].map(str::to_owned).to_vec(), vec!["2".to_owned()]);
    assert_eq!(lit(&page), none);
    for (selector, on, off) in [
        ("[data-part=markers] button", "pointerenter", "pointerleave"),
        ("[data-part=markers] button", "focus", "blur"),
        ("[data-rank='2'] circle", "pointerover", "pointerout"),
    ] {
        send(&page, selector, on);
        until("all of rank 2 are lit", || lit(&page) == rank_2).await;
        send(&page, selector, off);
        until("nothing is lit", || lit(&page) == none).await;
    }
    assert_eq!(page.text("slider-value"), "8", "nothing is chosen");
}

#[wasm_bindgen_test]
async fn a_label_under_the_marker_s_number_stays_hidden_while_marks_light_up() {
    let page = page();
    let hidden = || texts(&page, "[data-part=rank-ticks] [visibility=hidden]");
    assert_eq!(hidden(), ["8"], "also in the first markup");
    for rank in [4, 8] {
        page.drag_to(rank);
        until("the rank is shown", || page.shows(rank)).await;
        for (name, lights) in [("pointerenter", true), ("pointerleave", false)] {
            assert_eq!(hidden(), [rank.to_string()], "before {name}");
            send(&page, "[data-part=markers] button", name);
            until(name, || lit(&page).0.is_empty() != lights).await;
            assert_eq!(hidden(), [rank.to_string()], "after {name}");
        }
    }
}
