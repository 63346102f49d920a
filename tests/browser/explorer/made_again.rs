//! A view that is made again, as a closure of the page makes it, gets the elements of the one before.

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
async fn it_looks_as_one_that_is_made_for_the_first_time() {
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
        assert!(page.slider() == slider, "the elements are those of the one before");
        // But for the comments that Leptos leaves where a view may come.
        let [seen, expected] = [&page, &fresh].map(|page| page.root.inner_html().replace("<!---->", ""));
        assert_eq!(seen, expected);
        assert_eq!(page.slider().value(), fresh.slider().value());
    }
}

#[wasm_bindgen_test]
async fn only_the_new_one_hears_the_person() {
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
    assert_eq!(heard.get_untracked(), [], "nobody has chosen anything");
    page.press("PageUp");
    until("rank 5 is shown", || page.shows(5)).await;
    assert_eq!(heard.get_untracked(), [(32, 5), (32, 5)], "once as a change, once as settled");
}
