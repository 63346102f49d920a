//! Dragging over the plot.

use browser_tests::{Page, frame, until};
use leptos::prelude::*;
use lora_rank_explorer::{LoRaRankExplorer, Pointing, Transition};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Told, escape, point, point_at};

fn explorer(told: Told) -> Page {
    Page::mount(move || {
        view! {
            <LoRaRankExplorer
                pointing=Pointing::new()
                transition=Transition::Instant
                default_r=2
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    })
}

#[wasm_bindgen_test]
async fn a_drag_changes_the_rank_all_the_way_and_commits_once() {
    for kind in ["mouse", "pen", "touch"] {
        let told = Told::new();
        let page = explorer(told);
        frame().await;
        point(&page, "pointerdown", kind, 3.0, 0.5);
        point(&page, "pointermove", kind, 4.0, 0.5);
        until("rank 4 while the pointer is down", || page.shows(4)).await;
        point(&page, "pointermove", kind, 6.0, 2.0);
        until("rank 6 though the pointer is outside the plot", || page.shows(6)).await;
        assert_eq!(told.so_far(), (vec![4, 6], vec![]));
        point(&page, "pointerup", kind, 6.0, 2.0);
        frame().await;
        assert_eq!(told.so_far(), (vec![4, 6], vec![6]), "{kind}");
        point(&page, "lostpointercapture", kind, 6.0, 2.0);
        frame().await;
        assert!(page.shows(6));
    }
}

#[wasm_bindgen_test]
async fn a_cancelled_drag_restores_the_rank_from_before_it() {
    type End = fn(&Page);
    let ends: [(&str, End); 3] = [
        ("Escape", |_| escape()),
        ("pointercancel", |page| point(page, "pointercancel", "touch", 5.0, 0.5)),
        ("a capture that is lost", |page| point(page, "lostpointercapture", "mouse", 5.0, 0.5)),
    ];
    for (name, end) in ends {
        let told = Told::new();
        let page = explorer(told);
        frame().await;
        point(&page, "pointerdown", "touch", 3.0, 0.5);
        point(&page, "pointermove", "touch", 5.0, 0.5);
        until("rank 5", || page.shows(5)).await;
        end(&page);
        until(name, || page.shows(2)).await;
        point(&page, "pointermove", "touch", 7.0, 0.5);
        point(&page, "pointerup", "touch", 7.0, 0.5);
        frame().await;
        assert!(page.shows(2), "events after {name} do not drag");
        assert_eq!(told.so_far(), (vec![5, 2], vec![]), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_second_finger_does_not_disturb_a_drag() {
    let told = Told::new();
    let page = explorer(told);
    frame().await;
    point(&page, "pointerdown", "touch", 3.0, 0.5);
    point(&page, "pointermove", "touch", 5.0, 0.5);
    let plot = page.part("plot").get_bounding_client_rect();
    for name in ["pointerdown", "pointermove", "pointerup"] {
        point_at(&page, name, "touch", false, plot.right(), plot.top() + 9.0);
    }
    frame().await;
    assert_eq!(told.so_far(), (vec![5], vec![]));
}

#[wasm_bindgen_test]
async fn a_parent_that_refuses_a_drag_keeps_its_rank() {
    let told = Told::new();
    let page = Page::mount(move || {
        view! {
            <LoRaRankExplorer
                pointing=Pointing::new()
                r=4usize
                on_r_change=told.change()
                on_rank_commit=told.commit()
            />
        }
    });
    frame().await;
    point(&page, "pointerdown", "mouse", 3.0, 0.5);
    point(&page, "pointermove", "mouse", 6.0, 0.5);
    point(&page, "pointerup", "mouse", 6.0, 0.5);
    until("the marker is back", || page.shows(4)).await;
    assert_eq!(told.so_far().1, [4]);
}
