//! An explorer that is disposed while frames, timers or events are pending.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use browser_tests::{Clock, Page, Spy, settle};
use leptos::prelude::*;
use lora_rank_explorer::LoRaRankExplorer;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlInputElement, KeyboardEvent, KeyboardEventInit};

/// Counts the calls of a parent's callback.
#[derive(Clone, Default)]
struct Heard(Arc<AtomicUsize>);

impl Heard {
    fn hear(&self) -> impl Fn(usize) + Send + Sync + 'static {
        let count = Arc::clone(&self.0);
        move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Sends every event that a person can still cause on a slider that was removed from the page.
fn use_it_all_the_same(slider: &HtmlInputElement) {
    slider.set_value("4");
    slider.dispatch_event(&Event::new("input").expect("an event")).expect("sent");
    for key in ["PageUp", "PageDown", "ArrowUp"] {
        let options = KeyboardEventInit::new();
        options.set_key(key);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).expect("an event");
        slider.dispatch_event(&event).expect("sent");
    }
}

/// Moves time on and checks that nothing is requested or called.
async fn nothing_happens(clock: &Clock, heard: &Heard, told: usize) {
    assert_eq!(clock.waiting(), (0, 0), "no frame and no timer is left");
    let asked = clock.asked();
    settle().await;
    for milliseconds in [16.0, 600.0, 60_000.0] {
        clock.frame_after(milliseconds).await;
    }
    assert_eq!((clock.asked(), heard.count()), (asked, told));
}

#[wasm_bindgen_test]
async fn nothing_fires_after_disposal_at_any_moment() {
    let console = Spy::on_console();
    for moment in 0..5 {
        let (clock, heard) = (Clock::take_over(), Heard::default());
        let mut page = Page::mount({
            let hear = heard.hear();
            move || view! { <LoRaRankExplorer on_r_change=hear /> }
        });
        let slider = page.slider();
        if moment > 0 {
            settle().await; // otherwise no effect has run yet
        }
        page.drag_to(8);
        if moment > 1 {
            settle().await; // otherwise the change has not reached the plot
        }
        if moment > 2 {
            clock.frame_after(16.0).await;
        }
        if moment > 3 {
            page.drag_to(2); // the marker turns around, and the summary's delay starts again
        }
        let told = heard.count();
        assert!(told > 0);
        page.unmount();
        use_it_all_the_same(&slider);
        nothing_happens(&clock, &heard, told).await;
    }
    assert_eq!(console.calls(), [""; 0]);
}

#[wasm_bindgen_test]
async fn no_callback_runs_once_the_parent_s_signals_are_disposed() {
    let console = Spy::on_console();
    let (clock, heard, owner) = (Clock::take_over(), Heard::default(), Owner::new());
    let page = Page::mount({
        let (owner, hear) = (owner.clone(), heard.hear());
        move || {
            owner.with(|| {
                let r = RwSignal::new(2);
                view! {
                    <LoRaRankExplorer r on_r_change=move |rank| {
                        hear(rank);
                        r.set(rank);
                    } />
                }
            })
        }
    });
    settle().await;
    page.drag_to(8);
    settle().await;
    clock.frame_after(16.0).await;
    owner.cleanup();
    use_it_all_the_same(&page.slider());
    nothing_happens(&clock, &heard, 1).await;
    drop(page);
    nothing_happens(&clock, &heard, 1).await;
    assert_eq!(console.calls(), [""; 0]);
}

#[wasm_bindgen_test]
async fn on_r_change_may_dispose_the_owner() {
    let console = Spy::on_console();
    let (clock, heard, owner) = (Clock::take_over(), Heard::default(), Owner::new());
    let page = Page::mount({
        let (owner, hear) = (owner.clone(), heard.hear());
        move || {
            let parent = owner.clone();
            let on_r_change = move |rank| {
                hear(rank);
                parent.cleanup();
            };
            owner.with(|| view! { <LoRaRankExplorer r=2usize on_r_change /> })
        }
    });
    settle().await;
    page.drag_to(8);
    use_it_all_the_same(&page.slider());
    nothing_happens(&clock, &heard, 1).await;
    assert_eq!(console.calls(), [""; 0]);
}

#[wasm_bindgen_test]
async fn on_r_change_may_remove_the_explorer() {
    let console = Spy::on_console();
    for rank_first in [true, false] {
        let (clock, heard, shown) = (Clock::take_over(), Heard::default(), RwSignal::new(true));
        let page = Page::mount({
            let hear = Arc::new(heard.hear());
            move || {
                let inner = move || {
                    let (r, hear) = (RwSignal::new(2), Arc::clone(&hear));
                    let on_r_change = move |rank| {
                        hear(rank);
                        if rank_first {
                            r.set(rank);
                        }
                        shown.set(false);
                        r.set(rank);
                    };
                    view! { <LoRaRankExplorer r on_r_change /> }
                };
                view! { <Show when=move || shown.get()>{inner.clone()}</Show> }
            }
        });
        settle().await;
        let slider = page.slider();
        page.drag_to(8);
        settle().await;
        assert!(page.try_find("[data-lora-rank-explorer]").is_none(), "it is removed");
        use_it_all_the_same(&slider);
        nothing_happens(&clock, &heard, 1).await;
    }
    assert_eq!(console.calls(), [""; 0]);
}

#[wasm_bindgen_test]
async fn on_r_change_may_unmount_the_page() {
    thread_local! {
        static PAGE: RefCell<Option<Page>> = const { RefCell::new(None) };
    }
    let console = Spy::on_console();
    let (clock, heard) = (Clock::take_over(), Heard::default());
    let page = Page::mount({
        let hear = heard.hear();
        move || {
            let on_r_change = move |rank| {
                hear(rank);
                drop(PAGE.take());
            };
            view! { <LoRaRankExplorer on_r_change /> }
        }
    });
    settle().await;
    let slider = page.slider();
    PAGE.set(Some(page));
    slider.set_value("5");
    slider.dispatch_event(&Event::new("input").expect("an event")).expect("sent");
    assert!(!slider.is_connected());
    use_it_all_the_same(&slider);
    nothing_happens(&clock, &heard, 1).await;
    assert_eq!(console.calls(), [""; 0]);
}
