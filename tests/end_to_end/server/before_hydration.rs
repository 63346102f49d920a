//! The server sends the finished picture, and what a person does before hydration is not lost.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::{in_held_page, let_go};

/// The HTML of the explorers that the server has sent, without `data-pointing`, which only hydration adds.
const EXPLORERS: &str = "[...document.querySelectorAll('[data-lora-rank-explorer]:not(#later *)')].map((e) => e.outerHTML).join('\\n').replace(' data-pointing=\"\"', '')";

#[tokio::test]
async fn the_picture_is_finished_before_any_wasm_arrives() {
    in_held_page("", "finished", async |page| {
        page.until_rank_in("#uncontrolled", 2).await;
        page.until_rank_in("#controlled", 3).await;
        assert_eq!(page.text("#uncontrolled [data-part=residual]").await, "0.643");
        assert_eq!(page.text("#uncontrolled [data-part=captured-energy]").await, "99.8%");
        let drawn = "['curve', 'marker', 'cursor', 'axes'].every((part) => {
            const box = document.querySelector(`#uncontrolled [data-part=${part}]`).getBoundingClientRect();
            return box.width + box.height > 1;
        })";
        assert_eq!(page.eval(drawn).await, json!(true));
        let notes =
            "[...document.querySelectorAll('[data-part=note]')].filter((e) => e.getBoundingClientRect().height).length";
        assert_eq!(page.eval(notes).await, json!(0), "an empty note takes no room");
        let_go(&page, "finished").await;
    })
    .await;
}

#[tokio::test]
async fn hydration_changes_nothing_in_what_the_server_sent() {
    let shown_later = "(document.querySelector('#show-later').click(), !!document.querySelector('#later input'))";
    let pages = [
        ("", "unchanged", shown_later, 5),
        ("fetched", "unchanged-too", "!document.querySelector('#fetch').disabled", 5),
    ];
    for (path, name, alive, inputs) in pages {
        in_held_page(path, name, move |page| async move {
            let before = page.eval(EXPLORERS).await;
            let_go(&page, name).await;
            page.until("hydration", alive).await;
            assert!(page.eval(EXPLORERS).await == before, "the page before: {before}");
            assert_eq!(before.as_str().expect("markup").matches("<input").count(), inputs);
        })
        .await;
    }
}

#[tokio::test]
async fn a_rank_chosen_before_the_wasm_arrives_is_kept() {
    in_held_page("", "kept", async |page| {
        page.press_in("#uncontrolled", Key::Right + Key::Right).await;
        page.press_in("#controlled", Key::End).await;
        page.until("the thumbs move", "document.querySelector('#uncontrolled input').value === '4'").await;
        assert!(page.text("#uncontrolled [data-part=caption]").await.ends_with("r=2"), "nothing is hydrated yet");
        let_go(&page, "kept").await;
        page.until_rank_in("#uncontrolled", 4).await;
        assert_eq!(page.text("#uncontrolled [data-part=residual]").await, "0.347");
        // This parent allows at most 6. Its callback runs for the earlier choice as for any other change.
        page.until_rank_in("#controlled", 6).await;
    })
    .await;
}
