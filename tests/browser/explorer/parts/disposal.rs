//! An explorer with every part that is disposed while a person uses it.

use browser_tests::{Clock, Page, Spy, settle};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Numbers, Pointing, RankCost, RankRule, RankSuggestion, ShowCost};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, PointerEvent, PointerEventInit};

use super::{Told, escape, point};

/// Sends every event that a person can still cause on elements that were removed from the page.
fn use_them_all_the_same(plot: &Element, field: &HtmlInputElement, buttons: &[HtmlElement]) {
    for name in ["pointermove", "pointerup", "pointerdown", "pointermove", "pointercancel", "pointerleave"] {
        let options = PointerEventInit::new();
        options.set_is_primary(true);
        options.set_client_x(300);
        plot.dispatch_event(&PointerEvent::new_with_event_init_dict(name, &options).expect("an event")).expect("sent");
    }
    escape();
    field.set_value("3");
    field.dispatch_event(&Event::new("change").expect("an event")).expect("sent");
    buttons.iter().for_each(HtmlElement::click);
}

#[wasm_bindgen_test]
async fn nothing_fires_after_disposal_during_a_drag() {
    let console = Spy::on_console();
    // Disposed while the elements are still on the page, and after they are removed.
    for (unmounts, rank) in [(false, 6), (true, 5)] {
        let (clock, told, owner) = (Clock::take_over(), Told::new(), Owner::new());
        let previews = RwSignal::new(0);
        let mut page = Page::mount({
            let owner = owner.clone();
            move || {
                owner.with(|| {
                    view! {
                        <LoRaRankExplorer
                            pointing=Pointing::new().on_preview(move |_| *previews.write() += 1)
                            targets=[RankRule::energy_at_least(0.95)]
                            markers=[RankSuggestion::StableRank]
                            cost=ShowCost::of(RankCost::of)
                            numbers=Numbers::new().input().table()
                            on_r_change=told.change()
                            on_rank_commit=told.commit()
                        />
                    }
                })
            }
        });
        settle().await;
        point(&page, "pointerdown", "mouse", 3.0, 0.5);
        point(&page, "pointermove", "mouse", rank as f64, 0.5);
        settle().await;
        clock.frame_after(16.0).await;
        let (heard, seen) = (told.so_far(), previews.get_untracked());
        assert_eq!(heard, (vec![rank], vec![]));

        let plot = page.part("plot");
        let field = page.find("input[type=number]").unchecked_into();
        let found = page.root.query_selector_all("button").expect("a valid selector");
        let buttons: Vec<HtmlElement> =
            (0..found.length()).filter_map(|i| Some(found.get(i)?.unchecked_into())).collect();
        assert_eq!(buttons.len(), 4);
        if unmounts {
            page.unmount();
        }
        owner.cleanup();
        assert_eq!(clock.waiting(), (0, 0), "no frame and no timer is left");
        use_them_all_the_same(&plot, &field, &buttons);
        settle().await;
        assert_eq!(clock.waiting(), (0, 0), "none is requested, {unmounts}");
        assert_eq!((told.so_far(), previews.get_untracked()), (heard, seen));
    }
    assert_eq!(console.calls(), [""; 0]);
}
