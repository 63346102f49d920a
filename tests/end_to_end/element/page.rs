//! The page as a whole: its policy, its accessibility, its looks.

use end_to_end::{Preferences, in_page, variable};

use crate::in_element;

#[tokio::test]
async fn the_page_has_a_strict_policy_and_a_silent_console() {
    in_element(&[], async |page| {
        let policy = page.eval("document.querySelector('meta[http-equiv]').content").await;
        assert!(
            policy
                .as_str()
                .is_some_and(|policy| policy.contains("script-src 'self' 'wasm-unsafe-eval'; style-src 'self'"))
        );
        page.until(
            "each explorer",
            "[...document.querySelectorAll('lora-rank-explorer')].every((element) => element.rank > 0)",
        )
        .await;
        assert_eq!(page.eval("getComputedStyle(document.querySelector('lora-rank-explorer')).display").await, "block");
        assert_eq!(page.eval("document.querySelectorAll('[style]').length").await, 0);
    })
    .await;
}

#[tokio::test]
async fn no_violation_in_the_elements() {
    for dark in [false, true] {
        let preferences = Preferences { dark, ..Preferences::default() };
        in_page(&variable("ELEMENT_URL"), preferences, &["lora-rank-explorer>: metric"], async |page| {
            page.view(320, 700).await;
            page.until("the size", "innerWidth === 320").await;
            page.eval("alone.metric = 'nuclear'").await;
            page.until("the problem", "!alone.querySelector('[data-lora-rank-explorer-problems]').hidden").await;
            let violations = page.violations().await;
            assert!(violations.is_empty(), "{}", violations.join("\n"));
            assert_eq!(page.eval("document.documentElement.scrollWidth <= innerWidth").await, true);
        })
        .await;
    }
}
