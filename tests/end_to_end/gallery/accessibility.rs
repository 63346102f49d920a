//! axe-core finds no violation in any state of the page.

use end_to_end::{Preferences, Session, in_gallery, in_gallery_with};
use thirtyfour::prelude::*;

async fn nothing_is_found(page: &Session, state: &str) {
    let violations = page.violations().await;
    assert!(violations.is_empty(), "{state}: {}", violations.join("\n"));
}

/// Tries everything that changes what the page shows.
async fn nothing_is_found_in_any_state(page: Session) {
    nothing_is_found(&page, "as it opens").await;
    for target in ["rank-2", "noisy", "large"] {
        page.choose("#customize-target", target).await;
        page.press(Key::Home + Key::Right + Key::Right).await;
        page.until_rank(3).await;
        nothing_is_found(&page, target).await;
    }
    page.choose("#customize-metric", "spectral").await;
    page.press(Key::End).await;
    page.until_rank(64).await;
    nothing_is_found(&page, "the last rank, spectral").await;
    page.choose("#customize-target", "own").await;
    page.until_rank(3).await;
    nothing_is_found(&page, "own rows").await;
    let rows = page.find(By::Css("#customize-rows")).await.expect("the text area");
    rows.send_keys("]").await.expect("typed");
    page.until("the message", "document.querySelector('#customize-rows').ariaInvalid === 'true'").await;
    nothing_is_found(&page, "bad rows").await;
    nothing_is_found_in_the_open_parts(&page).await;
}

/// Opens every disclosure and shows every message.
async fn nothing_is_found_in_the_open_parts(page: &Session) {
    page.eval(
        "(() => {
            document.querySelectorAll('details').forEach((details) => { details.open = true; });
            Object.defineProperty(navigator, 'clipboard', {value: undefined});
            document.querySelector('.hand-over button').click();
            document.querySelectorAll('#choose input[type=number]').forEach((field) => {
                field.value = '99';
                field.dispatchEvent(new Event('change', {bubbles: true}));
            });
        })()",
    )
    .await;
    page.until("the text to copy", "!!document.querySelector('#take-away-text')").await;
    let all_say =
        "[...document.querySelectorAll('#choose input[type=number]')].every((field) => field.ariaInvalid === 'true')";
    page.until("every message", all_say).await;
    nothing_is_found(page, "with the parts open").await;
}

#[tokio::test]
async fn no_violation_in_forced_colours() {
    in_gallery_with(Preferences { forced_colors: true, ..Preferences::default() }, async |page| {
        nothing_is_found_in_the_open_parts(&page).await;
    })
    .await;
}

#[tokio::test]
async fn no_violation_in_light() {
    in_gallery(nothing_is_found_in_any_state).await;
}

#[tokio::test]
async fn no_violation_in_dark() {
    in_gallery_with(Preferences { dark: true, ..Preferences::default() }, nothing_is_found_in_any_state).await;
}

#[tokio::test]
async fn no_violation_on_a_phone() {
    in_gallery(async |page| {
        page.view(320, 700).await;
        page.until("the size", "innerWidth === 320").await;
        nothing_is_found(&page, "320 px").await;
        nothing_is_found_in_the_open_parts(&page).await;
    })
    .await;
}

#[tokio::test]
async fn violations_are_found() {
    in_gallery(async |page| {
        page.eval(
            "(() => {
                document.querySelector('#preview [data-part=slider-label]').remove();
                const pale = document.createElement('p');
                pale.textContent = 'Too pale to read';
                pale.style.color = '#bbb';
                document.querySelector('footer').append(pale);
            })()",
        )
        .await;
        let violations = page.violations().await.join("\n");
        assert!(violations.contains("label: ") && violations.contains("color-contrast: "), "{violations}");
    })
    .await;
}
