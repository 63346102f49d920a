//! Re-rendered explorers: a closure that renders a view again reuses the elements of the view before.

use browser_tests::{Page, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Numbers, Pointing, RankRule, Spectrum};
use wasm_bindgen_test::wasm_bindgen_test;

fn explorer(size: u32, pointing: bool, hear: Callback<usize>) -> AnyView {
    let values = (1..=size).map(|j| f64::from(size) / f64::from(j)).collect();
    let spectrum = Spectrum::new(size as usize, size as usize, values).expect("a spectrum");
    let targets = [RankRule::energy_at_least(0.9)];
    let numbers = Numbers::new().input().table();
    if !pointing {
        return view! {
            <LoRaRankExplorer spectrum default_r=2 on_r_change=hear on_rank_commit=hear targets numbers />
        }
        .into_any();
    }
    let pointing = Pointing::new();
    view! { <LoRaRankExplorer spectrum default_r=2 on_r_change=hear on_rank_commit=hear targets numbers pointing /> }
        .into_any()
}

#[wasm_bindgen_test]
async fn a_rerendered_explorer_looks_like_a_new_one() {
    let nobody = || Callback::new(|_| ());
    for pointing in [true, false] {
        let size = RwSignal::new(8);
        let page = Page::mount(move || move || explorer(size.get(), pointing || size.get() == 8, nobody()));
        frame().await;
        let slider = page.slider();
        page.drag_to(7);
        until("rank 7 is shown", || page.shows(7)).await;
        size.set(300);
        let fresh = Page::mount(move || explorer(300, pointing, nobody()));
        until("the first rank is shown", || page.slider().max() == "300" && page.shows(2)).await;
        frame().await;
        assert!(page.slider() == slider, "the elements are reused");
        // Ignore the comments that Leptos leaves as placeholders for views.
        let [seen, expected] = [&page, &fresh].map(|page| page.root.inner_html().replace("<!---->", ""));
        assert_eq!(seen, expected);
        assert_eq!(page.slider().value(), fresh.slider().value());
    }
}

#[wasm_bindgen_test]
async fn an_explorer_that_is_rerendered_with_the_same_props_looks_like_a_new_one() {
    let again = RwSignal::new(());
    let page = Page::mount(move || {
        move || {
            again.track();
            explorer(8, false, Callback::new(|_| ()))
        }
    });
    let fresh = Page::mount(move || explorer(8, false, Callback::new(|_| ())));
    for rank in [7, 1] {
        frame().await;
        let slider = page.slider();
        page.drag_to(rank);
        until("the rank is shown", || page.shows(rank)).await;
        again.set(());
        until("the first rank is shown", || page.shows(2)).await;
        frame().await;
        assert!(page.slider() == slider, "the elements are reused");
        let [seen, expected] = [&page, &fresh].map(|page| {
            let shown = page.root.inner_html().replace("<!---->", "");
            // A label that was hidden is as visible as one that was not.
            shown.replace(" visibility=\"inherit\"", "")
        });
        assert_eq!(seen, expected);
    }
}

#[wasm_bindgen_test]
async fn only_the_rerendered_explorer_calls_its_callbacks() {
    let size = RwSignal::new(8);
    let heard = RwSignal::new(Vec::new());
    let page = Page::mount(move || {
        move || {
            let size = size.get();
            explorer(size, false, Callback::new(move |rank| heard.update(|heard| heard.push((size, rank)))))
        }
    });
    frame().await;
    for larger in [16, 32] {
        size.set(larger);
        until("the first rank is shown", || page.slider().max() == larger.to_string() && page.shows(2)).await;
    }
    frame().await;
    assert_eq!(heard.get_untracked(), [], "no rank was chosen");
    page.press("PageUp");
    until("rank 5 is shown", || page.shows(5)).await;
    assert_eq!(heard.get_untracked(), [(32, 5), (32, 5)], "once as a change, once as a commit");
}
