//! The tab computes a 4096×4096 layer and stays responsive.

use std::time::Duration;

use end_to_end::{SLIDER, Session, in_gallery};

/// Starts, and waits until there is a percentage. Runs in the page itself: a fast machine finishes before a driver can do anything.
const START: &str = "
    const frame = () => new Promise(requestAnimationFrame);
    const percent = () => parseInt(document.querySelector('#layer-percent').textContent);
    document.getElementById('layer-start').click();
    while (!(percent() >= 1) && document.querySelector('#layer-status').textContent !== 'Done.') await frame();";

#[tokio::test]
async fn the_page_answers_while_a_large_layer_is_computed() {
    in_gallery(async |page| {
        let meanwhile = format!(
            "(async () => {{
                {START}
                const slider = document.querySelector('{SLIDER}');
                slider.value = 8;
                slider.dispatchEvent(new Event('input', {{bubbles: true}}));
                while (document.querySelector('#preview [data-part=slider-value]').textContent !== '8') await frame();
                return document.querySelector('#layer-percent').textContent;
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

/// Cancels once it has started, and waits until nothing is left; the focus stays.
async fn start_and_cancel(page: &Session) {
    let cancel = format!(
        "(async () => {{
            {START}
            const button = document.getElementById('layer-cancel');
            button.focus();
            button.click();
        }})()"
    );
    page.eval(&cancel).await;
    page.until("rest", "document.querySelector('#layer-status').textContent === 'Cancelled.'").await;
    assert_eq!(page.eval("document.activeElement.id").await, "layer-cancel");
}

#[tokio::test]
async fn a_cancelled_layer_leaves_nothing_and_can_be_started_again() {
    in_gallery(async |page| {
        start_and_cancel(&page).await;
        assert_eq!(page.eval("document.querySelector('#layer-cancel').ariaDisabled").await, "true");
        start_and_cancel(&page).await;
    })
    .await;
}
