//! Opening, cancelling and replacing files.

use end_to_end::Session;
use lora_rank_explorer::adapter::sample;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::files::{Tensors, base64, noise};
use crate::page::{
    drop_on, give, give_slow_file, in_workbench, open_sample, press_button, show_all_rows, until_some_are_read,
    until_status,
};
use crate::workers::with_workers;

async fn shows_the_sample(page: &Session) {
    until_status(page, "28 layers, 496 KiB read.").await;
    assert_eq!(page.text("#layers").await, "28");
    assert_eq!(page.text("#parameters").await, "253,952");
    assert!(page.text("#note").await.contains("synthetic: seeded noise, trained on nothing"));
    page.until("the layers", "document.querySelector('#grid')?.ariaRowCount === '29'").await;
    page.until("the explorer", "!!document.querySelector('.selected [data-lora-rank-explorer]')").await;
    page.until_rank_in(".selected", 16).await;
    assert_eq!(page.text(".selected [data-part=caption]").await, "256×512 · Frobenius · r=16");
    assert_eq!(page.text(".selected [data-part=captured-energy]").await, "100.0%");
    assert_eq!(page.eval("document.querySelector('#problems')").await, json!(null), "there are no problems");
}

#[tokio::test]
async fn the_sample_opens_with_a_button() {
    in_workbench(async |page| {
        assert!(page.text("header").await.contains("Nothing is uploaded"));
        page.click("sample").await;
        shows_the_sample(&page).await;
        assert_eq!(page.text("#file-name").await, "adapter_model.safetensors");
    })
    .await;
}

#[tokio::test]
async fn files_on_disk_open_through_the_input() {
    in_workbench(async |page| {
        let folder = std::env::temp_dir().join(format!("lora-rank-explorer-input-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let sample = sample();
        let paths =
            [("adapter_model.safetensors", &sample.file[..]), ("adapter_config.json", sample.config.as_bytes())].map(
                |(name, bytes)| {
                    let path = folder.join(name);
                    std::fs::write(&path, bytes).expect("a file");
                    path.to_string_lossy().into_owned()
                },
            );
        let input = page.find(By::Id("file")).await.expect("the input");
        input.send_keys(paths.join("\n")).await.expect("chosen");
        shows_the_sample(&page).await;
        std::fs::remove_dir_all(&folder).expect("removed");
    })
    .await;
}

#[tokio::test]
async fn a_dropped_file_opens_and_its_config_may_come_later() {
    in_workbench(async |page| {
        let sample = sample();
        drop_on(&page, &[("adapter_model.safetensors", &sample.file)]).await;
        until_status(&page, "28 layers, 496 KiB read.").await;
        assert_eq!(page.text("#row-0 .scale").await, "unknown", "its configuration holds it");
        assert!(page.text("#scale-unknown").await.contains("add the adapter_config.json"));
        drop_on(&page, &[("adapter_config.json", sample.config.as_bytes())]).await;
        page.until("the scale", "document.querySelector('#row-0 .scale')?.textContent.trim() === '2.00'").await;
        assert_eq!(page.text("#scale").await, "Scale 2, from adapter_config.json.");
        assert_eq!(page.text("#scale-unknown").await, "");
        shows_the_sample(&page).await;
    })
    .await;
}

#[tokio::test]
async fn plain_weights_show_their_first_singular_values() {
    in_workbench(async |page| {
        let tensors = Tensors::default().tensor("w", &[96, 200], noise).tensor("bias", &[96], noise);
        give(&page, &[("model.safetensors", &tensors.bytes())]).await;
        until_status(&page, "1 layer, 75.0 KiB read.").await;
        page.until("the explorer", "!!document.querySelector('.selected [data-lora-rank-explorer]')").await;
        assert!(page.text(".selected [data-part=caption]").await.starts_with("96×200 · Frobenius"));
        assert!(page.text("#note").await.contains("1 tensor is not a matrix"));
        page.until("the exports", "document.querySelector('#resize')?.disabled === true").await;
    })
    .await;
}

#[tokio::test]
async fn cancelling_keeps_the_layers_already_read_and_reads_no_more() {
    in_workbench(async |page| {
        with_workers(&page, 1).await;
        give_slow_file(&page, 40, 900).await;
        until_some_are_read(&page).await;
        page.click("cancel").await;
        until_status(&page, "Cancelled after").await;
        show_all_rows(&page).await;
        let read =
            "[...document.querySelectorAll('#grid td.energy')].filter((cell) => cell.textContent !== '…').length";
        let count = page.eval(read).await;
        assert!(count.as_u64().is_some_and(|count| count < 40), "the others are not read");
        until_status(&page, &format!("Cancelled after {count} of 40 layers")).await;
        page.until("the exports", "!!document.querySelector('#export-csv')").await;
        open_sample(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_second_file_replaces_the_first_at_any_moment() {
    in_workbench(async |page| {
        with_workers(&page, 1).await;
        for _ in 0..2 {
            give_slow_file(&page, 40, 900).await;
            give(&page, &[("small.safetensors", &Tensors::default().layer("one", [8, 2, 8]).bytes())]).await;
            until_status(&page, "1 layer, 128 B read.").await;
            give_slow_file(&page, 40, 900).await;
            until_some_are_read(&page).await;
            page.click("sample").await;
            shows_the_sample(&page).await;
            let late = "document.body.textContent.includes('slow')";
            assert_eq!(page.eval(late).await, json!(false), "no late report of the first file is shown");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_replaced_before_its_list_is_drawn_leaves_nothing_behind() {
    in_workbench(async |page| {
        let file = base64(&Tensors::default().layer("one", [8, 2, 8]).bytes());
        let script = "
            const file = new File([Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0))], 'one.safetensors');
            const give = () => {
                const data = new DataTransfer();
                data.items.add(file);
                const input = document.getElementById('file');
                input.files = data.files;
                input.dispatchEvent(new Event('change', {bubbles: true}));
            };
            window.left = 5;
            let seen = null;
            new MutationObserver(() => {
                const row = document.getElementById('row-0');
                if (row && row !== seen && window.left > 0) {
                    seen = row;
                    window.left -= 1;
                    give();
                }
            }).observe(document.body, {childList: true, subtree: true});
            give();";
        page.execute(script, vec![json!(file)]).await.expect("files");
        page.until("the last file", "window.left === 0").await;
        until_status(&page, "1 layer, 128 B read.").await;
        page.until("its list", "document.querySelector('#grid')?.ariaRowCount === '2'").await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_leaves_the_open_one_and_every_choice() {
    in_workbench(async |page| {
        open_sample(&page).await;
        press_button(&page, "way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        page.press_in(".selected", Key::Home).await;
        page.until_rank_in(".selected", 1).await;
        drop_on(&page, &[("readme.txt", b"hello")]).await;
        let refused = "document.getElementById('refused').textContent.startsWith('readme.txt cannot be opened: ')";
        page.until("why", refused).await;
        assert_eq!(page.text("#file-name").await, "adapter_model.safetensors");
        assert_eq!(page.text("#ranks-after").await, "1 to 14");
        page.until_rank_in(".selected", 1).await;
    })
    .await;
}

#[tokio::test]
async fn the_configuration_of_the_open_file_keeps_every_choice() {
    in_workbench(async |page| {
        let sample = sample();
        give(&page, &[("adapter_model.safetensors", &sample.file)]).await;
        until_status(&page, "28 layers, 496 KiB read.").await;
        page.until("the exports", "!!document.querySelector('#resize')").await;
        page.click("way-rule").await;
        page.press_in(".selected", Key::Home).await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '1 to 14'").await;
        give(&page, &[("adapter_config.json", sample.config.as_bytes())]).await;
        page.until("the scale", "document.querySelector('#row-0 .scale')?.textContent.trim() === '2.00'").await;
        until_status(&page, "28 layers, 496 KiB read.").await;
        page.until("the same choices", "document.getElementById('ranks-after').textContent === '1 to 14'").await;
        page.until("and the step before", "!document.getElementById('undo').ariaDisabled").await;
    })
    .await;
}

#[tokio::test]
async fn choices_survive_a_reload_in_the_address() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("way-rule").await;
        page.press_in(".selected", Key::Home).await;
        page.until("the address", "location.hash.includes('ranks=rule') && location.hash.includes('own=0-1')").await;
        // Saved: otherwise the browser would ask whether to leave the page.
        page.click("export-csv").await;
        page.reload().await;
        page.until("the page", "!!document.querySelector('#sample')").await;
        open_sample(&page).await;
        page.until("the same choices", "document.getElementById('ranks-after').textContent === '1 to 14'").await;
        page.eval("history.replaceState(null, '', location.pathname)").await;
    })
    .await;
}

#[tokio::test]
async fn leaving_asks_until_the_choices_are_saved() {
    in_workbench(async |page| {
        open_sample(&page).await;
        let asks = "(() => {
            const event = new Event('beforeunload', {cancelable: true});
            window.dispatchEvent(event);
            return event.defaultPrevented;
        })()";
        assert_eq!(page.eval(asks).await, json!(false), "nothing was chosen");
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        assert_eq!(page.eval(asks).await, json!(true));
        page.click("export-csv").await;
        assert_eq!(page.eval(asks).await, json!(false), "the choices are saved");
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_file_can_be_read_to_its_end() {
    in_workbench(async |page| {
        with_workers(&page, 1).await;
        give_slow_file(&page, 40, 900).await;
        until_some_are_read(&page).await;
        page.click("cancel").await;
        until_status(&page, "Cancelled after").await;
        page.until("the focus", "document.activeElement.id === 'resume'").await;
        page.click("resume").await;
        until_status(&page, "40 layers, 124 MiB read.").await;
        page.until(
            "the first layer",
            "!['…', 'failed'].includes(document.querySelector('#row-0 .energy')?.textContent)",
        )
        .await;
    })
    .await;
}
