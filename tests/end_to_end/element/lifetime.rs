//! Elements come, move and go.

use serde_json::json;
use thirtyfour::prelude::*;

use crate::{in_element, make};

#[tokio::test]
async fn a_move_in_the_document_keeps_everything() {
    in_element(&[], async |page| {
        make(&page, "made.setAttribute('default-r', '2')").await;
        page.press_in("#made", Key::Right).await;
        page.until_rank_in("#made", 3).await;
        let same = page
            .eval(
                "(() => {
                    window.before = made.querySelector('[data-lora-rank-explorer]');
                    document.querySelector('h1').after(made);
                    return before === made.querySelector('[data-lora-rank-explorer]');
                })()",
            )
            .await;
        assert_eq!(same, true);
        page.until_rank_in("#made", 3).await;
        page.press_in("#made", Key::Right).await;
        page.until_rank_in("#made", 4).await;
        assert_eq!(page.eval("before === made.querySelector('[data-lora-rank-explorer]')").await, true);
        // Away for longer: the rank is still known, in the element and in the page.
        page.eval("(async () => { made.remove(); await new Promise((next) => setTimeout(next)); })()").await;
        assert_eq!(page.eval("[made.childElementCount, made.rank]").await, json!([0, 4]));
        page.eval("document.querySelector('main').append(made)").await;
        page.until_rank_in("#made", 4).await;
        assert_eq!(page.eval("events.length").await, 4, "two changes, two commits");
    })
    .await;
}

#[tokio::test]
async fn an_element_that_a_framework_empties_gets_its_explorer_back() {
    in_element(&[], async |page| {
        make(&page, "").await;
        page.press_in("#made", Key::Right).await;
        page.until_rank_in("#made", 2).await;
        page.eval("made.textContent = 'Other children'").await;
        page.until_rank_in("#made", 2).await;
        assert_eq!(page.eval("made.innerText.includes('Other children')").await, false);
    })
    .await;
}

#[tokio::test]
async fn properties_that_were_set_before_the_definition_count() {
    in_element(&[], async |page| {
        // In a frame that loads the module only now.
        page.eval(
            "(() => {
                window.frame = document.createElement('iframe');
                frame.title = 'later';
                frame.style = 'inline-size: 40rem; block-size: 40rem';
                frame.src = 'later.html';
                document.querySelector('main').append(frame);
            })()",
        )
        .await;
        page.until("the frame", "frame.contentDocument?.getElementById('later')?.localName === 'lora-rank-explorer'")
            .await;
        assert_eq!(page.eval("frame.contentWindow.customElements.get('lora-rank-explorer')").await, json!(null));
        page.eval(
            "(() => {
                const later = frame.contentDocument.getElementById('later');
                later.spectrum = {rows: 4, cols: 4, singularValues: [8, 4, 2, 1]};
                later.defaultR = 3;
                const script = frame.contentDocument.createElement('script');
                script.type = 'module';
                script.src = 'lora-rank-explorer/index.js';
                frame.contentDocument.head.append(script);
            })()",
        )
        .await;
        let caption = "frame.contentDocument.querySelector('[data-part=caption]')?.textContent ?? ''";
        page.until("the properties", &format!("({caption}) === '4×4 · Frobenius · r=3'")).await;
        assert_eq!(page.eval("frame.contentDocument.getElementById('later').rank").await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_second_definition_is_refused_with_a_line_on_the_console() {
    in_element(&["the page has version"], async |page| {
        let same = page
            .eval(
                "(async () => {
                    const defined = customElements.get('lora-rank-explorer');
                    const {LoRaRankExplorerElement} = await import('./lora-rank-explorer/standalone.js');
                    return LoRaRankExplorerElement === defined;
                })()",
            )
            .await;
        assert_eq!(same, true);
        let said = page.console().await;
        assert!(said.iter().any(|line| line.contains("it stays, and this copy")), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn nothing_but_the_name_of_the_element_is_global() {
    in_element(&[], async |page| {
        let added = page
            .eval(
                "(async () => {
                    const frame = document.createElement('iframe');
                    frame.src = 'later.html';
                    const loaded = new Promise((next) => { frame.onload = next; });
                    document.body.append(frame);
                    await loaded;
                    const before = new Set(Object.getOwnPropertyNames(frame.contentWindow));
                    const script = frame.contentDocument.createElement('script');
                    script.type = 'module';
                    script.src = 'lora-rank-explorer/index.js';
                    const defined = frame.contentWindow.customElements.whenDefined('lora-rank-explorer');
                    frame.contentDocument.head.append(script);
                    await defined;
                    while (!frame.contentDocument.querySelector('[data-lora-rank-explorer]')) {
                        await new Promise((next) => setTimeout(next, 10));
                    }
                    return Object.getOwnPropertyNames(frame.contentWindow).filter((name) => !before.has(name));
                })()",
            )
            .await;
        assert_eq!(added, json!([]));
    })
    .await;
}

/// Connects and disconnects an element often, first once to warm up. Counts nodes and listeners before and after through the one listener
/// that the page can see, and asks the wasm memory for its size.
#[tokio::test]
async fn a_thousand_elements_come_and_go_and_leave_nothing() {
    in_element(&[], async |page| {
        page.eval(
            "(() => {
                window.active = 0;
                const [add, remove] = [EventTarget.prototype.addEventListener, EventTarget.prototype.removeEventListener];
                const isShared = (target) => target === window || target === document || target instanceof MediaQueryList || target === document.body;
                EventTarget.prototype.addEventListener = function (...words) { if (isShared(this)) active += 1; return add.apply(this, words); };
                EventTarget.prototype.removeEventListener = function (...words) { if (isShared(this)) active -= 1; return remove.apply(this, words); };
                window.cycles = async (count) => {
                    const main = document.querySelector('main');
                    for (let i = 0; i < count; i++) {
                        const element = document.createElement('lora-rank-explorer');
                        element.spectrum = {rows: 4, cols: 4, singularValues: [8, 4, 2, 1]};
                        element.markers = ['knee'];
                        main.append(element);
                        if (i % 10 === 0) await new Promise((next) => setTimeout(next));
                        element.r = 2;
                        element.remove();
                        if (i % 10 === 0) await new Promise((next) => setTimeout(next));
                    }
                    await new Promise((next) => setTimeout(next));
                };
                window.nodes = () => document.querySelectorAll('*').length;
            })()",
        )
        .await;
        page.eval("cycles(100)").await;
        let counted = page.eval("[nodes(), active]").await;
        let memory = page.held_memory().await;
        page.eval("cycles(1000)").await;
        assert_eq!(page.eval("[nodes(), active]").await, counted);
        let after = page.held_memory().await;
        // An explorer that stayed would hold some 100 kB in Chromium; other engines report nothing.
        if let (Some(before), Some(after)) = (memory, after) {
            println!("JavaScript heap, nodes and listeners after 100 cycles {before:?}, after 1,000 more {after:?}");
            assert!(after.0 < before.0 + 2_000_000.0, "{before:?}, then {after:?}");
            assert!(after.1 <= before.1 + 100.0 && after.2 <= before.2 + 10.0, "{before:?}, then {after:?}");
        }
    })
    .await;
}
