//! The tab computes a 4096×4096 layer and stays responsive.

use std::time::Duration;

use end_to_end::{SLIDER, Session, in_gallery};

const STARTED: &str = "parseInt(document.querySelector('#layer-status').textContent) >= 1";

#[tokio::test]
async fn the_page_answers_while_a_large_layer_is_computed() {
    in_gallery(async |page| {
        page.click("layer-start").await;
        // Runs in the page itself: a fast machine finishes before a driver can press a key.
        let meanwhile = format!(
            "(async () => {{
                const frame = () => new Promise(requestAnimationFrame);
                while (!({STARTED})) await frame();
                const slider = document.querySelector('{SLIDER}');
                slider.value = 8;
                slider.dispatchEvent(new Event('input', {{bubbles: true}}));
                while (document.querySelector('#preview [data-part=slider-value]').textContent !== '8') await frame();
                return document.querySelector('#layer-status').textContent;
            }})()"
        );
        let status = page.eval(&meanwhile).await;
        assert!(status.as_str().is_some_and(|status| status.ends_with(" %")), "it answers too late: {status}");
        page.until_rank(8).await;
        let done = "document.querySelector('#layer-status').textContent === 'Done.'";
        page.until_within(Duration::from_secs(120), "the spectrum", done).await;
        assert_eq!(page.text("#layer [data-part=caption]").await, "4096×4096 · Frobenius · r=8");
        // Σ 1/j² over the first 8 of 4096, and the root of the rest.
        assert_eq!(page.text("#layer [data-part=captured-energy]").await, "92.9%");
        assert_eq!(page.text("#layer [data-part=residual]").await, "0.342");
        assert_eq!(page.text("#layer [data-part=axes]").await.matches("the first 64 of 4096").count(), 1);
    })
    .await;
}

/// Cancels in the page itself, since a fast machine finishes before a driver can click. Waits until nothing is left.
async fn cancel_once_started(page: &Session) {
    let cancel = "(document.getElementById('layer-cancel').click(), true)";
    page.until("the first percent", &format!("{STARTED} && {cancel}")).await;
    page.until("rest", "document.querySelector('#layer-status').textContent === 'Nothing has been computed yet.'")
        .await;
}

#[tokio::test]
async fn a_cancelled_layer_leaves_nothing_and_can_be_started_again() {
    in_gallery(async |page| {
        page.click("layer-start").await;
        cancel_once_started(&page).await;
        assert_eq!(page.eval("document.querySelector('#layer-cancel').disabled").await, true);
        page.click("layer-start").await;
        cancel_once_started(&page).await;
    })
    .await;
}
