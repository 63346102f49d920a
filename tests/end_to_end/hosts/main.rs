//! The npm package in pages of React 19 and Vue 3, as Vite builds them and as it serves them during development, and in one of Astro:
//! `cargo xtask test hosts`.

use end_to_end::{Preferences, Session, in_page, variable};
use thirtyfour::prelude::*;

/// What Vite and the frameworks say themselves during development. The proxy of the tests passes on no WebSocket.
const EXPECTED: [&str; 4] = ["React DevTools", "[vite]", "WebSocket", "development build of Vue"];

#[tokio::test]
async fn react_controls_the_element() {
    in_page(&(variable("HOSTS_URL") + "react/"), Preferences::default(), &[], works).await;
}

#[tokio::test]
async fn vue_controls_the_element() {
    in_page(&(variable("HOSTS_URL") + "vue/"), Preferences::default(), &[], works).await;
}

#[tokio::test]
async fn react_controls_the_element_during_development() {
    in_page(&(variable("HOSTS_DEVELOPMENT_URL") + "react/"), Preferences::default(), &EXPECTED, works).await;
}

#[tokio::test]
async fn vue_controls_the_element_during_development() {
    in_page(&(variable("HOSTS_DEVELOPMENT_URL") + "vue/"), Preferences::default(), &EXPECTED, works).await;
}

#[tokio::test]
async fn astro_s_mdx_shows_the_element() {
    in_page(&(variable("HOSTS_URL") + "astro/"), Preferences::default(), &[], async |page| {
        page.until_rank_in("body", 2).await;
        assert_eq!(page.text("[data-part=caption]").await, "3×3 · Frobenius · r=2");
        let styled = "getComputedStyle(document.querySelector('[data-part=summary]')).position";
        assert_eq!(page.eval(styled).await, "absolute");
        page.press_in("body", Key::Right).await;
        page.until_rank_in("body", 3).await;
    })
    .await;
}

/// Value in, event out, another render, removal. The console is checked by [`in_page`].
async fn works(page: Session) {
    page.until("each explorer", "document.querySelectorAll('[data-lora-rank-explorer]').length === 2").await;
    // The README's recipe.
    page.until_rank_in("#lesson", 4).await;
    assert_eq!(page.text("#lesson [data-part=caption]").await, "64×64 · Frobenius · r=4");
    page.press_in("#lesson", Key::Right).await;
    page.until_rank_in("#lesson", 5).await;
    page.until("the page to know", "document.querySelector('#lesson > p').textContent === 'Rank 5 of 64'").await;
    // A host that limits the rank.
    page.until_rank_in("#limited", 1).await;
    assert_eq!(page.eval("document.querySelectorAll('#limited [data-part=markers] button').length").await, 2);
    page.press_in("#limited", Key::End).await;
    page.until_rank_in("#limited", 3).await;
    page.until("that it has settled on the host's rank", "document.getElementById('settled').textContent === '3'")
        .await;
    page.press_in("#limited", Key::Right).await;
    page.until_rank_in("#limited", 3).await;
    page.press_in("#limited", Key::Left).await;
    page.until_rank_in("#limited", 2).await;
    page.until("that it has settled again", "document.getElementById('settled').textContent === '2'").await;
    page.press_in("#limited", Key::Left).await;
    page.until_rank_in("#limited", 1).await;
    page.click("program").await;
    page.until_rank_in("#limited", 2).await;
    page.click("metric").await;
    page.until(
        "the other metric",
        "document.querySelector('#limited [data-part=caption]').textContent === '8×8 · Spectral · r=2'",
    )
    .await;
    page.click("toggle").await;
    page.until("that it is gone", "!document.querySelector('#limited lora-rank-explorer')").await;
    page.click("toggle").await;
    page.until_rank_in("#limited", 2).await;
    assert_eq!(page.text("#limited [data-part=title]").await, "Up to rank 3");
}
