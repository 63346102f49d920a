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
async fn a_rank_beyond_a_small_spectrum_outlives_a_time_outside_of_the_document() {
    in_element(&[], async |page| {
        make(&page, "").await;
        let give = |size: usize| {
            format!("(made.spectrum = {{rows: {size}, cols: {size}, singularValues: Array.from({{length: {size}}}, (_, i) => {size} - i)}}, true)")
        };
        page.eval(&give(64)).await;
        page.until("64 ranks", "made.querySelector('input').max === '64'").await;
        page.press_in("#made", Key::End).await;
        page.until_rank_in("#made", 64).await;
        page.eval(&give(8)).await;
        page.until_rank_in("#made", 8).await;
        page.eval("(async () => { made.remove(); await new Promise((next) => setTimeout(next)); document.querySelector('main').append(made); })()").await;
        page.until_rank_in("#made", 8).await;
        page.eval(&give(64)).await;
        page.until_rank_in("#made", 64).await;
    })
    .await;
}

#[tokio::test]
async fn a_clone_has_one_explorer_of_its_own_that_works() {
    in_element(&[], async |page| {
        make(&page, "made.setAttribute('default-r', '2')").await;
        page.eval("((copy) => { copy.id = 'copy'; made.after(copy); })(made.cloneNode(true))").await;
        page.until_rank_in("#copy", 2).await;
        page.press_in("#copy", Key::Right).await;
        page.until_rank_in("#copy", 3).await;
        page.until_rank_in("#made", 2).await;
        assert_eq!(page.eval("[made, copy].map((one) => one.childElementCount)").await, json!([1, 1]));
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
                later.name = 'rank';
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
        assert_eq!(page.eval("frame.contentDocument.getElementById('later').getAttribute('name')").await, "rank");
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

/// Counts what 1,000 elements leave behind after 100 have warmed up: nodes, listeners on what outlives them, and pages of the wasm's
/// memory, in a frame that lets the test see that memory; in Chromium also the JavaScript heap.
#[tokio::test]
async fn a_thousand_elements_come_and_go_and_leave_nothing() {
    in_element(&[], async |page| {
        page.eval(
            "(async () => {
                const frame = document.createElement('iframe');
                frame.title = 'cycles';
                frame.src = 'later.html';
                const loaded = new Promise((next) => { frame.onload = next; });
                document.body.append(frame);
                await loaded;
                const inside = frame.contentWindow;
                let memory;
                const instantiate = inside.WebAssembly.instantiateStreaming;
                inside.WebAssembly.instantiateStreaming = async (...words) => {
                    const result = await instantiate.apply(inside.WebAssembly, words);
                    memory = result.instance.exports.memory;
                    return result;
                };
                let active = 0;
                const target = inside.EventTarget.prototype;
                const [add, remove] = [target.addEventListener, target.removeEventListener];
                const stays = (of) => of === inside || of === inside.document || of instanceof inside.MediaQueryList || of === inside.document.body;
                target.addEventListener = function (...words) { if (stays(this)) active += 1; return add.apply(this, words); };
                target.removeEventListener = function (...words) { if (stays(this)) active -= 1; return remove.apply(this, words); };
                const script = inside.document.createElement('script');
                script.type = 'module';
                script.src = 'lora-rank-explorer/index.js';
                inside.document.head.append(script);
                // Timers that follow one another would wait.
                const {port1, port2} = new MessageChannel();
                const task = () => new Promise((next) => { port1.onmessage = next; port2.postMessage(0); });
                window.isReady = () => !!inside.document.querySelector('[data-lora-rank-explorer]');
                window.counted = () => [inside.document.querySelectorAll('*').length, active, memory.buffer.byteLength / 65536];
                window.cycles = async (count) => {
                    for (let i = 0; i < count; i++) {
                        const element = inside.document.createElement('lora-rank-explorer');
                        element.spectrum = {rows: 4, cols: 4, singularValues: [8, 4, 2, 1]};
                        element.markers = ['knee'];
                        inside.document.body.append(element);
                        await task();
                        element.r = 2;
                        await task();
                        element.remove();
                    }
                    await task();
                };
            })()",
        )
        .await;
        page.until("the frame's explorer", "isReady()").await;
        page.eval("cycles(100)").await;
        let (before, held) = (page.eval("counted()").await, page.held_memory().await);
        // A script may take half a minute.
        for _ in 0..10 {
            page.eval("cycles(100)").await;
        }
        let (after, held_after) = (page.eval("counted()").await, page.held_memory().await);
        println!("nodes, listeners, pages of wasm: {before}, then {after}; heap, nodes, listeners: {held:?}, then {held_after:?}");
        assert_eq!((&after[0], &after[1]), (&before[0], &before[1]), "nodes and listeners");
        // A page has 64 KiB. An explorer that stayed would take more than one for every ten.
        assert!(after[2].as_f64() <= before[2].as_f64().map(|pages| pages + 4.0), "{before}, then {after}");
        if let (Some(held), Some(after)) = (held, held_after) {
            assert!(after.0 < held.0 + 500_000.0, "{held:?}, then {after:?}");
            // The last explorers may wait for the next collection; each has some hundred nodes.
            assert!(after.1 <= held.1 + 1000.0 && after.2 <= held.2 + 10.0, "{held:?}, then {after:?}");
        }
    })
    .await;
}
