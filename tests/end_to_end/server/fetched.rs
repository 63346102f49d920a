//! Explorers of data that is fetched again: each fetch re-creates them in the elements of the previous ones.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::{Session, in_held_page, in_server_page, let_go};

/// The page that is hydrated as a whole, and the one that shows the same content as an island.
const PAGES: [&str; 2] = ["fetched", "fetched-island"];

/// The explorers that keep their own rank; each waits for the data in another way. Their initial rank is 2.
const OWN: [&str; 3] = ["#awaited", "#read", "#kept"];
/// The explorer whose rank the page controls. The initial rank is 3.
const FOLLOWED: &str = "#followed";

/// Fetches a layer that is larger by 8 and waits until all explorers show `size`.
pub async fn fetch(page: &Session, size: usize) {
    page.until("hydration", "!document.querySelector('#fetch').disabled").await;
    // By key: WebKit's driver sometimes clicks beside a button that it has just scrolled to.
    page.find(By::Id("fetch")).await.expect("the button").send_keys(Key::Enter).await.expect("pressed");
    for section in OWN.into_iter().chain([FOLLOWED]) {
        let caption = format!("document.querySelector('{section} [data-part=caption]')?.textContent");
        page.until(section, &format!("!!{caption}?.startsWith('{size}×{size} ')")).await;
    }
}

/// The explorer of which the resource itself is the target. Its initial rank is 2.
const DIRECT: &str = "#direct";

#[tokio::test]
async fn an_explorer_of_a_resource_keeps_rank_and_focus_while_the_data_is_fetched_again() {
    for path in PAGES {
        in_server_page(path, move |page| async move {
            fetch(&page, 16).await;
            page.until_rank_in(DIRECT, 2).await;
            page.press_in(DIRECT, Key::End).await;
            page.until_rank_in(DIRECT, 16).await;
            page.eval("document.querySelector('#fetch').click()").await;
            let caption = format!("document.querySelector('{DIRECT} [data-part=caption]').textContent");
            page.until("the new data", &format!("{caption} === '24×24 · Frobenius · r=16'")).await;
            page.until_rank_in(DIRECT, 16).await;
            let focus = format!("document.activeElement === document.querySelector('{DIRECT} input')");
            assert_eq!(page.eval(&focus).await, json!(true));
        })
        .await;
    }
}

async fn until_ranks(page: &Session, own: usize, followed: usize) {
    for section in OWN {
        page.until_rank_in(section, own).await;
    }
    page.until_rank_in(FOLLOWED, followed).await;
}

/// Waits until the callbacks have received exactly these ranks.
async fn until_heard(page: &Session, heard: &str) {
    page.until(heard, &format!("document.querySelector('#heard').textContent === '{heard}'")).await;
}

#[tokio::test]
async fn a_recreated_explorer_has_its_initial_or_controlled_rank_and_calls_no_callback() {
    for path in PAGES {
        in_server_page(path, move |page| async move {
            until_ranks(&page, 2, 3).await;
            fetch(&page, 16).await;
            until_ranks(&page, 2, 3).await;
            for section in OWN.into_iter().chain([FOLLOWED]) {
                page.press_in(section, Key::End).await;
                page.until_rank_in(section, 16).await;
            }
            until_heard(&page, "[16, 16, 16, 16]").await;
            fetch(&page, 24).await;
            until_ranks(&page, 2, 16).await;
            // Any call made meanwhile would be listed before this one.
            page.press_in("#awaited", Key::Right).await;
            page.until_rank_in("#awaited", 3).await;
            until_heard(&page, "[16, 16, 16, 16, 3]").await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_recreated_explorer_draws_the_axes_of_its_new_data() {
    for path in PAGES {
        in_server_page(path, move |page| async move {
            until_ranks(&page, 2, 3).await;
            let with_rank = |rank: usize| {
                format!("[...document.querySelectorAll('#fetch ~ section:not(#direct) [data-part=axes]')]
                    .filter((axes) => [...axes.querySelectorAll('text')].some((text) => text.textContent === '{rank}')).length")
            };
            assert_eq!(page.eval(&with_rank(24)).await, json!(0));
            fetch(&page, 16).await;
            fetch(&page, 24).await;
            page.until("the rank 24 on all axes", &format!("{} === 4", with_rank(24))).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_rank_chosen_before_the_wasm_arrives_is_kept_until_the_data_is_fetched_again() {
    for (path, name) in [("fetched", "fetched"), ("fetched-island", "fetched-island")] {
        in_held_page(path, name, move |page| async move {
            for section in OWN.into_iter().chain([FOLLOWED]) {
                page.press_in(section, Key::Right + Key::Right).await;
            }
            page.until("the thumbs move", "document.querySelector('#followed input').value === '5'").await;
            assert!(page.text("#followed [data-part=caption]").await.ends_with("r=3"), "nothing is hydrated yet");
            let_go(&page, name).await;
            until_ranks(&page, 4, 5).await;
            fetch(&page, 16).await;
            until_ranks(&page, 2, 5).await;
            page.press_in("#awaited", Key::Right).await;
            page.until_rank_in("#awaited", 3).await;
            let heard = page.text("#heard").await;
            assert!(heard.ends_with(", 3]") && heard.matches(',').count() == 4, "{heard}");
        })
        .await;
    }
}
