//! The apps of `tests/consumers` in a real browser, built from the package that is published: `cargo xtask test consumers`.

use end_to_end::{Preferences, Session, in_page, variable};
use thirtyfour::prelude::*;

#[tokio::test]
async fn the_page_that_only_the_browser_renders_works() {
    in_page(&variable("TRUNK_URL"), Preferences::default(), &[], works).await;
}

#[tokio::test]
async fn the_page_that_a_server_renders_works_once_it_is_hydrated() {
    in_page(&variable("CARGO_LEPTOS_URL"), Preferences::default(), &[], works).await;
}

/// The stylesheet applies, and the slider changes the readout. The console is checked by [`in_page`].
async fn works(page: Session) {
    let positioned = "getComputedStyle(document.querySelector('[data-part=summary]')).position === 'absolute'";
    page.until("the stylesheet", positioned).await;
    page.until_rank_in("main", 2).await;
    assert_eq!(page.text("main [data-part=residual]").await, "0.643");
    assert_eq!(page.text("main [data-part=captured-energy]").await, "99.8%");
    // A rank that is chosen before hydration is kept, so this needs no waiting.
    page.press_in("main", Key::End).await;
    page.until_rank_in("main", 8).await;
    assert_eq!(page.text("main [data-part=residual]").await, "0.000");
}
