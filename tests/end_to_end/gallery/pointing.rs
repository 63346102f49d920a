//! Mouse and finger on the plot.

use end_to_end::{Session, in_gallery};
use serde_json::json;
use thirtyfour::prelude::*;

const SECTION: &str = "#choose-pointing";
const PLOT: &str = "#choose-pointing [data-part=plot]";

/// The offset of a rank (of 8) from the middle of the plot, in pixels.
async fn offset(page: &Session, rank: f64) -> i64 {
    let offset = page
        .eval(&format!(
            "(() => {{
                const grid = document.querySelector('{SECTION} [data-part=grid]').getBoundingClientRect();
                const plot = document.querySelector('{PLOT}').getBoundingClientRect();
                return Math.round(grid.left + ({rank} - 1) / 7 * grid.width - plot.left - plot.width / 2);
            }})()"
        ))
        .await;
    offset.as_f64().expect("an offset") as i64
}

/// Scrolls the plot to the middle of the window and returns it.
async fn plot(page: &Session) -> WebElement {
    page.eval(&format!("document.querySelector('{PLOT}').scrollIntoView({{behavior: 'instant', block: 'center'}})"))
        .await;
    page.find(By::Css(PLOT)).await.expect("the plot")
}

async fn until_said(page: &Session, words: &str) {
    page.until(words, &format!("document.querySelector('#pointing-said').textContent === '{words}'")).await;
}

#[tokio::test]
async fn a_mouse_previews_and_a_click_chooses() {
    in_gallery(async |page| {
        let plot = plot(&page).await;
        let (five, six) = (offset(&page, 5.2).await, offset(&page, 5.9).await);
        page.action_chain().move_to_element_with_offset(&plot, five, 0).perform().await.expect("moved");
        until_said(&page, "Pointing at rank 5; rank 1 is chosen.").await;
        assert_eq!(page.eval(&format!("document.querySelector('{SECTION} input').value")).await, json!("1"));
        assert!(page.text(&format!("{SECTION} [data-part=caption]")).await.ends_with("r=5 · preview"));
        page.action_chain().move_to_element_with_offset(&plot, six, 0).click().perform().await.expect("clicked");
        page.until_rank_in(SECTION, 6).await;
        until_said(&page, "Rank 6 is chosen.").await;
    })
    .await;
}

#[tokio::test]
async fn leaving_and_escape_end_a_preview() {
    in_gallery(async |page| {
        let plot = plot(&page).await;
        let five = offset(&page, 5.0).await;
        for ends in ["leaving", "Escape"] {
            page.action_chain().move_to_element_with_offset(&plot, five, 0).perform().await.expect("moved");
            until_said(&page, "Pointing at rank 5; rank 1 is chosen.").await;
            match ends {
                "Escape" => page.action_chain().send_keys(Key::Escape).perform().await.expect("a key"),
                _ => {
                    let slider = page.find(By::Css(format!("{SECTION} input"))).await.expect("the slider");
                    page.action_chain().move_to_element_center(&slider).perform().await.expect("moved");
                }
            }
            page.until_rank_in(SECTION, 1).await;
            until_said(&page, "Rank 1 is chosen.").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_drag_chooses_as_it_moves_and_escape_undoes_it() {
    in_gallery(async |page| {
        let plot = plot(&page).await;
        let (two, seven) = (offset(&page, 2.0).await, offset(&page, 7.0).await);
        let drag = page.action_chain().move_to_element_with_offset(&plot, two, 0).click_and_hold();
        drag.move_by_offset((seven - two) / 2, 0)
            .move_by_offset(seven - two - (seven - two) / 2, 0)
            .perform()
            .await
            .expect("dragged");
        page.until_rank_in(SECTION, 7).await;
        until_said(&page, "Rank 1 is chosen.").await;
        page.action_chain().send_keys(Key::Escape).perform().await.expect("a key");
        page.until("the rank from before", &format!("document.querySelector('{SECTION} input').value === '1'")).await;
        page.action_chain().release().perform().await.expect("let go");
        let again = page.action_chain().move_to_element_with_offset(&plot, two, 0).click_and_hold();
        again.move_by_offset(seven - two, 0).release().perform().await.expect("dragged");
        page.until_rank_in(SECTION, 7).await;
        until_said(&page, "Rank 7 is chosen.").await;
    })
    .await;
}

#[tokio::test]
async fn the_keyboard_still_chooses_ranks_on_the_slider() {
    in_gallery(async |page| {
        page.press_in(SECTION, Key::End).await;
        page.until_rank_in(SECTION, 8).await;
        page.press_in(SECTION, Key::Left).await;
        page.until_rank_in(SECTION, 7).await;
    })
    .await;
}

#[tokio::test]
async fn a_finger_that_moves_sideways_chooses() {
    in_gallery(async |page| {
        plot(&page).await;
        page.touch(PLOT, &[(0.3, 0.5), (0.5, 0.5), (0.95, 0.5)]).await;
        page.until_rank_in(SECTION, 8).await;
        until_said(&page, "Rank 8 is chosen.").await;
    })
    .await;
}

#[tokio::test]
async fn the_plot_leaves_scrolling_up_and_down_to_the_page() {
    in_gallery(async |page| {
        plot(&page).await;
        let action = page.eval(&format!("getComputedStyle(document.querySelector('{PLOT}')).touchAction")).await;
        assert_eq!(action, json!("pan-y"));
        let tooltip = page.eval(&format!("document.querySelector('{PLOT} > title')")).await;
        assert_eq!(tooltip, json!(null), "a title of the plot would pop up under the pointer");
    })
    .await;
}

#[tokio::test]
async fn a_finger_that_moves_up_scrolls_the_page() {
    in_gallery(async |page| {
        plot(&page).await;
        let before = page.eval("scrollY").await.as_f64().expect("a place");
        page.touch(PLOT, &[(0.5, 0.9), (0.5, 0.6), (0.5, 0.3), (0.5, 0.05)]).await;
        page.until("the page to scroll", &format!("scrollY > {before} + 40")).await;
        page.until_rank_in(SECTION, 1).await;
        until_said(&page, "Rank 1 is chosen.").await;
    })
    .await;
}
