//! The list of layers: sorting, filtering, and only the rows in view are rendered.

use end_to_end::Session;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::files::Tensors;
use crate::page::{give, in_workbench, open_sample, show_all_rows, until_status};

async fn modules(page: &Session) -> Vec<String> {
    let cells = "[...document.querySelectorAll('#grid td.module')].map((cell) => cell.ariaLabel)";
    serde_json::from_value(page.eval(cells).await).expect("paths")
}

async fn sort(page: &Session, column: &str, expected: Option<&str>) {
    page.eval(&format!("document.querySelector('#grid th.{column} button').click()")).await;
    let sorted = format!("document.querySelector('#grid th.{column}').ariaSort === {}", json!(expected));
    page.until("the order", &sorted).await;
}

/// The sort key of a cell: a number, or its text. The sample's block numbers have one digit, so its paths sort alphabetically.
fn value(column: &str, cell: &str) -> (f64, String) {
    let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{column}: `{text}` is not a number"));
    match column {
        "module" => (0.0, cell.to_owned()),
        "shape" => (cell.split('×').map(number).product(), String::new()),
        "energy" => (number(cell.trim_end_matches('%')), String::new()),
        _ => (number(cell), String::new()),
    }
}

#[tokio::test]
async fn every_column_sorts_ascending_descending_and_back() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        show_all_rows(&page).await;
        let first = modules(&page).await;
        for column in ["module", "shape", "rank", "scale", "chosen", "energy", "stable"] {
            let cells = async || -> Vec<(f64, String)> {
                let cells =
                    format!("[...document.querySelectorAll('#grid td.{column}')].map((cell) => cell.textContent)");
                let cells: Vec<String> = serde_json::from_value(page.eval(&cells).await).expect("cells");
                cells.iter().map(|cell| value(column, cell)).collect()
            };
            let mut sorted = cells().await;
            assert_eq!(sorted.len(), 28, "all rows are rendered");
            sorted.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
            sort(&page, column, Some("ascending")).await;
            assert_eq!(cells().await, sorted, "{column} ascending");
            sorted.reverse();
            sort(&page, column, Some("descending")).await;
            assert_eq!(cells().await, sorted, "{column} descending");
            sort(&page, column, None).await;
            assert_eq!(modules(&page).await, first, "{column} and back");
        }
    })
    .await;
}

#[tokio::test]
async fn the_filter_keeps_the_rows_with_every_word() {
    in_workbench(async |page| {
        open_sample(&page).await;
        let type_in = "(() => { const field = document.getElementById('filter'); field.value = TEXT; field.dispatchEvent(new Event('input', {bubbles: true})); })()";
        page.eval(&type_in.replace("TEXT", "'k_proj 64x256'")).await;
        page.until("four rows", "document.getElementById('shown').textContent === '4 of 28 layers'").await;
        assert!(modules(&page).await.iter().all(|module| module.ends_with("self_attn.k_proj")));
        page.eval(&type_in.replace("TEXT", "'nothing'")).await;
        page.until("no row", "document.getElementById('shown').textContent === '0 of 28 layers'").await;
        page.eval(&type_in.replace("TEXT", "''")).await;
        page.until("all rows", "document.getElementById('shown').textContent === '28 of 28 layers'").await;
    })
    .await;
}

/// Whether the selected row can be seen in the list.
const IN_SIGHT: &str = "(() => {
    const row = document.querySelector('#grid [aria-selected=true]')?.getBoundingClientRect();
    const box = document.querySelector('.scroll').getBoundingClientRect();
    return !!row && row.top >= box.top && row.bottom <= box.bottom + 1;
})()";

#[tokio::test]
async fn the_selected_row_stays_in_sight_when_the_list_is_sorted_or_filtered() {
    in_workbench(async |page| {
        let tensors = (0..500).fold(Tensors::default(), |file, i| file.layer(&format!("layers.{i}.q"), [4, 1 + i % 4, 4]));
        give(&page, &[("many.safetensors", &tensors.bytes())]).await;
        until_status(&page, "500 layers").await;
        page.until("the list", "document.querySelector('#grid')?.ariaRowCount === '501'").await;
        page.until("the detail", "!!document.querySelector('.selected input')").await;
        page.eval("document.getElementById('grid').focus()").await;
        page.action_chain().send_keys(Key::End).perform().await.expect("keys");
        page.until("the last row", &format!("document.getElementById('selected').textContent === 'layers.499.q' && {IN_SIGHT}")).await;
        sort(&page, "rank", Some("ascending")).await;
        page.until("in sight once sorted", IN_SIGHT).await;
        sort(&page, "rank", Some("descending")).await;
        page.until("in sight the other way round", IN_SIGHT).await;
        crate::page::fill(&page, "filter", "r>3").await;
        page.until("fewer", "document.getElementById('shown').textContent === '125 of 500 layers'").await;
        page.until("in sight among them", IN_SIGHT).await;
        crate::page::fill(&page, "filter", "r<3").await;
        page.until("not among these", "document.getElementById('no-layer').textContent === 'The selected layer, 499.q, is not among those listed.'").await;
        crate::page::fill(&page, "filter", "r>9").await;
        page.until("none", "document.getElementById('no-layer').textContent.startsWith('No layer of this file is listed')").await;
        page.execute("const field = document.getElementById('filter'); field.value = ''; field.dispatchEvent(new Event('input', {bubbles: true}))", Vec::new()).await.expect("cleared");
        page.until("in sight again", IN_SIGHT).await;
        assert_eq!(page.eval("document.getElementById('no-layer').classList.contains('hidden')").await, json!(true));
    })
    .await;
}

#[tokio::test]
async fn the_same_modules_of_all_blocks_can_stand_together() {
    in_workbench(async |page| {
        open_sample(&page).await;
        show_all_rows(&page).await;
        let first = modules(&page).await;
        page.click("by-module").await;
        page.until(
            "by module",
            "document.querySelectorAll('#grid td.module')[1].ariaLabel === 'model.layers.1.mlp.down_proj'",
        )
        .await;
        let together: Vec<String> = (0..28).map(|at| first[at % 4 * 7 + at / 4].clone()).collect();
        assert_eq!(modules(&page).await, together);
        page.click("by-module").await;
        page.until(
            "as in the file",
            "document.querySelectorAll('#grid td.module')[1].ariaLabel === 'model.layers.0.mlp.gate_proj'",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn only_the_rows_in_view_of_a_thousand_are_rendered() {
    in_workbench(async |page| {
        let tensors =
            (0..1000).fold(Tensors::default(), |tensors, i| tensors.layer(&format!("layers.{i}.q"), [4, 2, 4]));
        give(&page, &[("many.safetensors", &tensors.bytes())]).await;
        until_status(&page, "1,000 layers, 62.5 KiB read.").await;
        page.until("the list", "document.querySelector('#grid')?.ariaRowCount === '1001'").await;
        // What selects the first row scrolls to it, once.
        page.until("the whole page", "!!document.getElementById('resize')").await;
        let rows = "document.querySelectorAll('#grid tr[id]')";
        assert!(page.eval(&format!("{rows}.length")).await.as_u64().expect("a count") < 60);
        let height = "document.querySelector('.scroll').scrollHeight";
        let before = page.eval(height).await;
        page.eval("document.querySelector('.scroll').scrollTop = 20000").await;
        page.until("other rows", &format!("{rows}[0].id !== 'row-0' && +{rows}[0].ariaRowIndex > 400")).await;
        assert_eq!(page.eval(height).await, before, "the rows out of view keep their height");
        let in_sight = "(() => {
            const box = document.querySelector('.scroll').getBoundingClientRect();
            const at = document.elementFromPoint(box.x + 20, box.y + box.height / 2);
            return !!at.closest('tr[id]');
        })()";
        page.eval("document.querySelector('.scroll').scrollIntoView({block: 'center'})").await;
        page.until("a row in the middle", in_sight).await;
        assert!(page.eval(&format!("{rows}.length")).await.as_u64().expect("a count") < 60);
    })
    .await;
}

#[tokio::test]
async fn rows_scrolled_out_of_view_leak_no_memory() {
    in_workbench(async |page| {
        // wasm-bindgen's JavaScript reads the buffer when the memory has grown, as it does for two thousand layers.
        page.eval(
            "(() => {
                const {prototype} = window.WebAssembly.Memory;
                const {get} = Object.getOwnPropertyDescriptor(prototype, 'buffer');
                let memory;
                Object.defineProperty(prototype, 'buffer', {get() { memory = this; return get.call(this); }, configurable: true});
                window.wasmMemory = () => get.call(memory);
            })()",
        )
        .await;
        let tensors =
            (0..2000).fold(Tensors::default(), |tensors, i| tensors.layer(&format!("layers.{i}.q"), [4, 2, 4]));
        give(&page, &[("many.safetensors", &tensors.bytes())]).await;
        until_status(&page, "2,000 layers").await;
        page.until("the list", "document.querySelector('#grid')?.ariaRowCount === '2001'").await;
        page.until("the exports", "!!document.querySelector('#resize:enabled')").await;
        // Scrolls through the whole list. Returns the bytes of wasm memory and the number of rows rendered.
        let script = "
            const [done] = arguments;
            const list = document.querySelector('.scroll');
            let rows = 0;
            const count = (changes) => changes.forEach(({addedNodes}) => addedNodes.forEach((node) => rows += node.localName === 'tr'));
            const observer = new MutationObserver(count);
            observer.observe(list, {childList: true, subtree: true});
            const frame = () => new Promise(requestAnimationFrame);
            const step = list.clientHeight + 1000;
            for (let top = 0; top < list.scrollHeight; top += step) {
                list.scrollTop = top;
                await frame();
            }
            count(observer.takeRecords());
            observer.disconnect();
            done([window.wasmMemory().byteLength, rows]);";
        let scroll = async || -> (u64, u64) {
            let script = format!("(async function () {{ {script} }}).apply(null, arguments);");
            let result = page.execute_async(script, Vec::new()).await.expect("scrolled");
            serde_json::from_value(result.json().clone()).expect("two numbers")
        };
        let (before, _) = scroll().await;
        let (mut after, mut rows) = (0, 0);
        // One script for each time: a script may take half a minute.
        for _ in 0..4 {
            let (bytes, rendered) = scroll().await;
            (after, rows) = (bytes, rows + rendered);
        }
        assert!(rows > 5000, "{rows} rows were rendered");
        // A row that stays subscribed leaks 0.9 kB.
        assert!(after - before <= 1 << 20, "{before} bytes, and {after} after {rows} more rows");
    })
    .await;
}
