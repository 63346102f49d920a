//! The list of layers: in order, filtered, and only what is in sight.

use end_to_end::Session;
use serde_json::json;

use crate::files::Tensors;
use crate::page::{give, in_adapter, open_sample, until_status};

async fn modules(page: &Session) -> Vec<String> {
    let cells = "[...document.querySelectorAll('#grid td.module')].map((cell) => cell.ariaLabel)";
    serde_json::from_value(page.eval(cells).await).expect("paths")
}

async fn sort(page: &Session, column: &str, expected: Option<&str>) {
    page.eval(&format!("document.querySelector('#grid th.{column} button').click()")).await;
    let sorted = format!("document.querySelector('#grid th.{column}').ariaSort === {}", json!(expected));
    page.until("the order", &sorted).await;
}

#[tokio::test]
async fn every_column_sorts_up_down_and_back() {
    in_adapter(async |page| {
        open_sample(&page).await;
        let first = modules(&page).await;
        for column in ["module", "shape", "rank", "scale", "chosen", "energy", "stable"] {
            sort(&page, column, Some("ascending")).await;
            let up = page
                .eval(&format!("[...document.querySelectorAll('#grid td.{column}')].map((cell) => cell.textContent)"))
                .await;
            sort(&page, column, Some("descending")).await;
            let down = page
                .eval(&format!("[...document.querySelectorAll('#grid td.{column}')].map((cell) => cell.textContent)"))
                .await;
            let (up, mut down): (Vec<String>, Vec<String>) =
                (serde_json::from_value(up).expect("cells"), serde_json::from_value(down).expect("cells"));
            if column == "stable" {
                let number = |text: &String| text.parse::<f64>().expect("a number");
                assert!(up.iter().map(number).is_sorted(), "{up:?}");
                down.reverse();
                assert!(down.iter().map(number).is_sorted(), "{down:?}");
            }
            sort(&page, column, None).await;
        }
        assert_eq!(modules(&page).await, first);
    })
    .await;
}

#[tokio::test]
async fn the_filter_keeps_the_rows_with_every_word() {
    in_adapter(async |page| {
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

#[tokio::test]
async fn of_a_thousand_rows_only_those_in_sight_are_there() {
    in_adapter(async |page| {
        let tensors =
            (0..1000).fold(Tensors::default(), |tensors, i| tensors.layer(&format!("layers.{i}.q"), [4, 2, 4]));
        give(&page, &[("many.safetensors", &tensors.bytes())]).await;
        until_status(&page, "1000 layers, 62.5 KiB read.").await;
        page.until("the list", "document.querySelector('#grid')?.ariaRowCount === '1001'").await;
        let rows = "document.querySelectorAll('#grid tr[id]')";
        assert!(page.eval(&format!("{rows}.length")).await.as_u64().expect("a count") < 60);
        let height = "document.querySelector('.scroll').scrollHeight";
        let before = page.eval(height).await;
        page.eval("document.querySelector('.scroll').scrollTop = 20000").await;
        page.until("other rows", &format!("{rows}[0].id !== 'row-0' && +{rows}[0].ariaRowIndex > 400")).await;
        assert_eq!(page.eval(height).await, before, "what is scrolled past keeps its place");
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
