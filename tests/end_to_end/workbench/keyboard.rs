//! From an empty page to a resized file, without a pointer.

use end_to_end::Session;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::page::{in_workbench, until_saved, until_status, until_written};

pub async fn press(page: &Session, keys: Key) {
    page.action_chain().send_keys(keys).perform().await.expect("keys");
}

/// Presses Tab until the element that `selector` finds has the focus.
pub async fn tab_to(page: &Session, selector: &str) {
    for _ in 0..40 {
        if page.eval(&format!("document.activeElement.matches({})", json!(selector))).await == json!(true) {
            return;
        }
        press(page, Key::Tab).await;
    }
    panic!("Tab does not reach {selector}");
}

#[tokio::test]
async fn everything_can_be_done_from_the_keyboard() {
    in_workbench(async |page| {
        tab_to(&page, "#sample").await;
        press(&page, Key::Enter).await;
        until_status(&page, "28 layers, 496 KiB read.").await;
        page.until("the exports", "!!document.querySelector('#resize:enabled')").await;

        tab_to(&page, "#way-keep").await;
        press(&page, Key::Down).await;
        page.until("the rule", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        tab_to(&page, ".tradeoff input[type=range]").await;
        tab_to(&page, "#map").await;
        press(&page, Key::Right).await;
        page.until(
            "the next block",
            "document.getElementById('selected').textContent === 'model.layers.1.mlp.down_proj'",
        )
        .await;
        press(&page, Key::Left).await;
        tab_to(&page, "#range-90").await;
        tab_to(&page, "#filter").await;

        tab_to(&page, "#grid").await;
        for (key, row) in [(Key::Down, 1), (Key::Down, 2), (Key::Up, 1), (Key::End, 27), (Key::Up, 26), (Key::Home, 0)]
        {
            press(&page, key).await;
            let active =
                format!("document.getElementById('grid').getAttribute('aria-activedescendant') === 'row-{row}'");
            page.until("the row", &active).await;
            let selected = format!("document.getElementById('row-{row}').ariaSelected === 'true'");
            page.until("it is selected", &selected).await;
            let seen = format!(
                "(() => {{
                    const row = document.getElementById('row-{row}').getBoundingClientRect();
                    const list = document.querySelector('.scroll').getBoundingClientRect();
                    return row.top >= list.top && row.bottom <= list.bottom + 1;
                }})()"
            );
            page.until("it is in sight", &seen).await;
        }
        press(&page, Key::PageDown).await;
        page.until("a page further", "document.getElementById('row-0').ariaSelected === 'false'").await;
        press(&page, Key::Home).await;
        page.until("back", "document.getElementById('row-0').ariaSelected === 'true'").await;

        tab_to(&page, "#grid th.energy button").await;
        press(&page, Key::Enter).await;
        page.until("sorted", "document.querySelector('#grid th.energy').ariaSort === 'ascending'").await;
        tab_to(&page, ".selected input[type=range]").await;
        press(&page, Key::Home).await;
        page.until_rank_in(".selected", 1).await;
        tab_to(&page, "#resize").await;
        press(&page, Key::Enter).await;
        until_written(&page).await;
        until_saved(&page, &["adapter_model.safetensors", "adapter_config.json"]).await;
        tab_to(&page, "#save-resized").await;
        press(&page, Key::Enter).await;
        page.until("the file again", "saved.at(-1) === 'adapter_model.safetensors'").await;
        tab_to(&page, "#open-resized").await;
        press(&page, Key::Enter).await;
        page.until("the rank", "document.querySelector('#row-0 .rank')?.textContent === '1'").await;
    })
    .await;
}
