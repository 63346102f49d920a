//! What a screen reader is given at each key: role, name and value of the element with the focus, and what the live region says.

use end_to_end::{Session, in_gallery};
use thirtyfour::prelude::*;

const SECTION: &str = "#choose-together";

/// Records each text of the live region together with its `aria-live`.
async fn listen(page: &Session) {
    page.eval(&format!(
        "(() => {{
            window.said = [];
            const region = document.querySelector('{SECTION} [data-part=summary]');
            new MutationObserver(() => said.push([region.getAttribute('aria-live'), region.textContent]))
                .observe(region, {{childList: true, characterData: true, subtree: true}});
        }})()"
    ))
    .await;
}

/// Presses `key` and waits until the region has the new rank; the rank does not change where none is given.
async fn given(page: &Session, key: Option<Key>, rank: Option<usize>) -> [String; 4] {
    if let Some(key) = key {
        page.active_element().await.expect("the focus").send_keys(key).await.expect("a key");
    }
    if let Some(rank) = rank {
        page.until("the region", &format!("said.at(-1)?.[1].includes('r={rank}:') ?? false")).await;
    }
    let said = "said.splice(0).filter(([live]) => live === 'polite').map(([, text]) => text).join(' ')";
    let said = page.eval(said).await.as_str().unwrap_or_default().to_owned();
    let [role, name, value] = page.focused().await;
    [role, name, value, said]
}

#[tokio::test]
async fn a_slider_says_each_rank_once_and_the_region_what_a_button_has_chosen() {
    in_gallery(async |page| {
        listen(&page).await;
        page.eval(&format!("document.querySelector('{SECTION} input[type=range]').focus()")).await;
        let slider = [
            (None, None, "rank 8, residual 0.319, 93.7% of energy, 1,024 parameters"),
            (Some(Key::Right), Some(9), "rank 9, residual 0.299, 94.5% of energy, 1,152 parameters"),
            (Some(Key::End), Some(64), "rank 64, residual 0.000, 100.0% of energy, 8,192 parameters"),
            (Some(Key::Home), Some(1), "rank 1, residual 0.793, 61.4% of energy, 128 parameters"),
        ];
        for (key, rank, value) in slider {
            let mut given = given(&page, key, rank).await;
            // WebKit's driver adds the value to the name.
            given[1] = given[1].trim_end_matches(value).trim_end().to_owned();
            assert_eq!(given, ["slider", "Rank", value, ""]);
        }
        let buttons = [
            ("targets", "PEFT 0.95 → r = 10", 10, "Frobenius residual at r=10: 0.282."),
            ("markers", "knee → r = 10", 10, ""),
            ("markers", "stable rank 1.63 → r = 2", 2, "Frobenius residual at r=2: 0.616."),
        ];
        for (part, name, rank, said) in buttons {
            page.eval(&format!(
                "[...document.querySelectorAll('{SECTION} [data-part={part}] button')]
                    .find((button) => button.textContent.includes('{name}')).focus()"
            ))
            .await;
            let changes = (!said.is_empty()).then_some(rank);
            assert_eq!(given(&page, Some(Key::Enter), changes).await, ["button", name, "", said]);
        }
        // Another metric changes all of the picture, so the region says it in full.
        page.choose("#customize-metric", "spectral").await;
        let summary = "document.querySelector('#preview [data-part=summary]')";
        page.until(
            "the sentence",
            &format!("{summary}.textContent.startsWith('LoRA reconstruction curve. Target is 8×8. Spectral')"),
        )
        .await;
        assert_eq!(page.eval(&format!("{summary}.getAttribute('aria-live')")).await, "polite");
    })
    .await;
}
