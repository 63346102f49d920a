//! Tests share browsers, but no state.

use end_to_end::{Preferences, SLIDER, in_gallery, in_gallery_with};
use serde_json::json;
use thirtyfour::prelude::*;

const LEFT: &str = "[localStorage.left, sessionStorage.left, window.left, document.cookie, \
    matchMedia('(prefers-color-scheme: dark)').matches, innerWidth, history.length > 2]";

#[tokio::test]
async fn no_state_of_a_test_reaches_the_next_one() {
    for _ in 0..2 {
        in_gallery(async |page| {
            page.until("the size", "innerWidth === 1000").await;
            assert_eq!(page.eval(LEFT).await, json!([null, null, null, "", false, 1000, false]));
            assert_eq!(page.windows().await.expect("windows").len(), 1);
            page.eval("(localStorage.left = sessionStorage.left = window.left = 1, document.cookie = 'left=1')").await;
            page.eval("(history.pushState(1, ''), history.pushState(2, ''))").await;
            page.view(320, 700).await;
            page.until("the size", "innerWidth === 320").await;
            page.eval(&format!("document.querySelector('{SLIDER}').scrollIntoView({{behavior: 'instant'}})")).await;
            let slider = page.find(By::Css(SLIDER)).await.expect("the slider");
            page.action_chain().move_to_element_center(&slider).click_and_hold().perform().await.expect("held");
            page.switch_to_window(page.new_window().await.expect("a window")).await.expect("there");
            page.goto(&end_to_end::variable("GALLERY_URL")).await.expect("the gallery again");
            page.until("an explorer", "!!document.querySelector('[data-lora-rank-explorer]')").await;
        })
        .await;
    }
    in_gallery_with(Preferences { dark: true, ..Preferences::default() }, async |page| {
        page.until("a dark scheme", "matchMedia('(prefers-color-scheme: dark)').matches").await;
    })
    .await;
    in_gallery(async |page| page.until("a light one", "matchMedia('(prefers-color-scheme: light)').matches").await)
        .await;
}

#[tokio::test]
async fn the_browser_of_a_failed_test_is_not_used_again() {
    for _ in 0..2 {
        let failed = tokio::spawn(in_gallery(async |page| {
            page.eval("(window.closing = true)").await;
            // As after a crash: its only window is closed.
            let session = page.clone();
            session.close_window().await.expect("closed");
            session.eval("1 + 1").await;
        }));
        failed.await.expect_err("a browser without a window");
        in_gallery(async |page| assert_eq!(page.eval("window.closing").await, json!(null))).await;
    }
}
