//! Keyboard and pointer on the native slider.

use end_to_end::{SLIDER, in_gallery};
use serde_json::json;
use thirtyfour::prelude::*;

#[tokio::test]
async fn every_key_of_a_slider_works() {
    in_gallery(async |page| {
        page.press(Key::Home).await;
        page.until_rank(1).await;
        page.press(Key::Right + Key::Up).await;
        page.until_rank(3).await;
        page.press(Key::Left).await;
        page.until_rank(2).await;
        page.press(Key::End).await;
        page.until_rank(8).await;
        page.press(Key::PageDown).await;
        page.until_rank(7).await;
        page.press(Key::PageUp).await;
        page.until_rank(8).await;
        assert_eq!(page.text("#preview [data-part=residual]").await, "0.000");
        page.press(Key::Home).await;
        page.until_rank(1).await;
        assert_eq!(page.text("#preview [data-part=residual]").await, "4.572");
        assert_eq!(page.text("#preview [data-part=captured-energy]").await, "90.8%");
    })
    .await;
}

#[tokio::test]
async fn the_thumb_can_be_dragged() {
    in_gallery(async |page| {
        let slider = page.find(By::Css(SLIDER)).await.expect("the slider");
        let width = slider.rect().await.expect("a size").width as i64;
        let drag = page.action_chain().move_to_element_with_offset(&slider, -width / 2 + 8, 0).click_and_hold();
        drag.move_by_offset(width / 2, 0).move_by_offset(width / 2 - 4, 0).release().perform().await.expect("dragged");
        page.until_rank(8).await;
    })
    .await;
}

#[tokio::test]
async fn a_finger_drags_the_thumb() {
    in_gallery(async |page| {
        page.eval(&format!(
            "(() => {{
                window.pointers = new Set();
                document.querySelector('{SLIDER}').addEventListener('pointerdown', (event) => pointers.add(event.pointerType));
            }})()"
        ))
        .await;
        page.swipe(0.02, 0.98).await;
        page.until_rank(8).await;
        page.swipe(0.98, 0.02).await;
        page.until_rank(1).await;
        assert_eq!(page.eval("[...pointers]").await, json!(["touch"]), "the browser saw a finger");
    })
    .await;
}

#[tokio::test]
async fn the_slider_shows_where_the_focus_is() {
    in_gallery(async |page| {
        let outline = format!("getComputedStyle(document.querySelector('{SLIDER}')).outlineStyle");
        assert_ne!(page.eval(&outline).await, json!("solid"), "the focus is elsewhere");
        page.press(Key::Right).await;
        page.until("an outline", &format!("{outline} === 'solid'")).await;
        let width =
            page.eval(&format!("parseFloat(getComputedStyle(document.querySelector('{SLIDER}')).outlineWidth)")).await;
        assert!(width.as_f64() >= Some(2.0), "{width}");
    })
    .await;
}

#[tokio::test]
async fn on_a_right_to_left_page_thumb_and_marker_still_move_together() {
    in_gallery(async |page| {
        page.eval("document.documentElement.dir = 'rtl'").await;
        page.press(Key::Home).await;
        page.press(Key::Right).await;
        page.until_rank(2).await;
        page.press(Key::End).await;
        page.until_rank(8).await;
        assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, json!(true));
    })
    .await;
}
