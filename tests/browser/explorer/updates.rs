//! A change of the rank touches what it must and nothing else.

use std::cell::RefCell;
use std::rc::Rc;

use browser_tests::{Page, frame, until};
use js_sys::Array;
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Transition};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord};

#[wasm_bindgen_test]
async fn a_rank_change_touches_only_what_changed() {
    let page = Page::mount(|| view! { <LoRaRankExplorer default_r=2 transition=Transition::Instant /> });
    frame().await;
    let touched = Rc::new(RefCell::new(Vec::new()));
    let closure = Closure::<dyn FnMut(Array)>::new({
        let touched = Rc::clone(&touched);
        move |records: Array| {
            for record in records.iter() {
                let record: MutationRecord = record.unchecked_into();
                let target = record.target().expect("a target");
                let element: Element = match target.node_type() {
                    1 => target.unchecked_into(),
                    _ => target.parent_element().expect("text stands in an element"),
                };
                let name = element.get_attribute("data-part").unwrap_or_else(|| element.tag_name());
                let what = record.attribute_name().unwrap_or_else(|| record.type_());
                touched.borrow_mut().push(format!("{name} {what}"));
            }
        }
    });
    let observer = MutationObserver::new(closure.as_ref().unchecked_ref()).expect("an observer");
    let options = MutationObserverInit::new();
    options.set_attributes(true);
    options.set_character_data(true);
    options.set_child_list(true);
    options.set_subtree(true);
    observer.observe_with_options(&page.root, &options).expect("watching");

    page.drag_to(3);
    until("rank 3 is shown", || page.shows(3)).await;
    frame().await;
    observer.disconnect();

    let mut touched = touched.take();
    touched.sort();
    assert_eq!(
        touched,
        [
            "INPUT aria-valuetext",
            "caption characterData",
            "captured-energy characterData",
            "cursor x1",
            "cursor x2",
            "marker cx",
            "marker cy",
            "residual characterData",
            "slider-value characterData",
        ]
    );
}
