//! Islands are hydrated one by one; everything else stays static.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::{in_held_page, in_server_page, let_go};

#[tokio::test]
async fn islands_are_interactive_and_the_rest_stays_static() {
    in_server_page("islands", async |page| {
        page.until_rank_in("#still", 2).await;
        page.press_in("#island", Key::End).await;
        page.until_rank_in("#island", 8).await;
        page.until_rank_in("#island-target", 1).await;
        page.press_in("#island-target", Key::Right).await;
        page.until_rank_in("#island-target", 2).await;
        assert_eq!(page.text("#island-target [data-part=residual]").await, "0.000");
        assert_eq!(page.text("#island-target dt").await, "Spectral residual");
        let classes = page.eval("document.querySelector('#island-target [data-lora-rank-explorer]').className").await;
        assert_eq!(classes, json!("lora-rank-explorer second"));
        page.until_rank_in("#still", 2).await;
    })
    .await;
}

#[tokio::test]
async fn an_island_keeps_the_rank_chosen_before_it_was_hydrated() {
    in_held_page("islands", "island", async |page| {
        page.press_in("#island", Key::End).await;
        page.until("the thumb moves", "document.querySelector('#island input').value === '8'").await;
        let_go(&page, "island").await;
        page.until_rank_in("#island", 8).await;
    })
    .await;
}
