//! What the page does around the explorers: links to a section, the theme, copying code, narrow tables.

use end_to_end::in_gallery;
use serde_json::json;

/// What the server sends, before any script runs.
#[tokio::test]
async fn text_and_curves_are_there_without_webassembly() {
    in_gallery(async |page| {
        let sent = page
            .eval(
                "fetch(location.pathname).then((response) => response.text()).then((text) => {
                    const sent = new DOMParser().parseFromString(text, 'text/html');
                    const count = (selector) => sent.querySelectorAll(selector).length;
                    const curves = [...sent.querySelectorAll('[data-part=curve]')];
                    return [count('h2'), count('[data-lora-rank-explorer]'), curves.every((curve) => curve.getAttribute('d').length > 20)];
                })",
            )
            .await;
        let shown = "[document.querySelectorAll('h2').length, document.querySelectorAll('[data-lora-rank-explorer]').length, true]";
        assert_eq!(sent, page.eval(shown).await);
        assert!(sent[1].as_u64() > Some(15), "{sent}");
    })
    .await;
}

#[tokio::test]
async fn a_link_to_a_section_shows_that_section() {
    in_gallery(async |page| {
        // The query makes this another page: without it, nothing would be loaded again.
        let url = page.current_url().await.expect("the page's URL");
        page.open(&format!("{}?again#props", url.as_str().trim_end_matches('#'))).await;
        let top = "document.querySelector('#props').getBoundingClientRect().top";
        page.until("the section", &format!("Math.abs({top}) < innerHeight / 2")).await;
    })
    .await;
}

#[tokio::test]
async fn every_section_has_a_link_that_leads_to_it() {
    in_gallery(async |page| {
        let links = page
            .eval(
                "[...document.querySelectorAll('main :is(section, article)[id]')].map((section) => {
                    const link = section.querySelector('.anchor');
                    return [section.id, link?.hash.slice(1), link?.ariaLabel.startsWith('Link to this section: ')];
                })",
            )
            .await;
        let links = links.as_array().expect("sections");
        assert!(links.len() > 15, "{links:?}");
        for link in links {
            assert_eq!((&link[1], &link[2]), (&link[0], &json!(true)));
        }
    })
    .await;
}

#[tokio::test]
async fn the_theme_is_kept() {
    in_gallery(async |page| {
        page.choose("#theme", "dark").await;
        page.until("the dark theme", "document.documentElement.dataset.theme === 'dark'").await;
        page.reload().await;
        let kept = "[document.documentElement.dataset.theme, document.querySelector('#theme').value]";
        assert_eq!(page.eval(kept).await, json!(["dark", "dark"]));
    })
    .await;
}

#[tokio::test]
async fn each_piece_of_code_is_highlighted() {
    in_gallery(async |page| {
        let plain = "[...document.querySelectorAll('pre code')]
            .filter((code) => !code.querySelector('[class^=token-]'))
            .map((code) => code.textContent)";
        assert_eq!(page.eval(plain).await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_code_is_copied_and_a_refusal_is_said() {
    in_gallery(async |page| {
        page.eval(
            "(() => {
                const writeText = async (text) => { window.copied = text; };
                Object.defineProperty(navigator, 'clipboard', {value: {writeText}, configurable: true});
                document.querySelector('#choose-targets .code button').click();
            })()",
        )
        .await;
        let said = "document.querySelector('#choose-targets .code [role=status]').textContent";
        page.until("that it is copied", &format!("{said} === 'Copied'")).await;
        assert_eq!(page.eval("copied").await, json!(include_str!("../../../examples/gallery/src/choose/targets.rs")));
        page.eval(
            "(() => {
                Object.defineProperty(navigator, 'clipboard', {value: undefined});
                document.querySelector('#choose-targets .code button').click();
            })()",
        )
        .await;
        page.until("that it is not", &format!("{said}.startsWith('Not copied')")).await;
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_each_prop_is_read_without_scrolling_sideways() {
    in_gallery(async |page| {
        page.view(320, 700).await;
        page.until("the size", "innerWidth === 320").await;
        let table = "document.querySelector('#props .scroll')";
        page.until("cards", &format!("{table}.scrollWidth <= {table}.clientWidth")).await;
        // Engines differ in whether they say the attribute or its value.
        let label = "(() => {
            const cell = document.querySelector('#props td');
            return getComputedStyle(cell, '::before').content !== 'none' && cell.dataset.label;
        })()";
        assert_eq!(page.eval(label).await, json!("Type"));
    })
    .await;
}
