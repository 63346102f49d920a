//! Exports of ranks and spectra as text.

use end_to_end::Session;
use serde_json::Value;
use thirtyfour::prelude::*;

use crate::files::Tensors;
use crate::page::{chosen, give, in_workbench, open_sample, show_all_rows, until_status, until_written};
use crate::resize::{blob, keep_blobs};

/// Clicks an export button and returns the text, which is the blob at `index`.
async fn exported(page: &Session, kind: &str, index: usize) -> String {
    page.click(&format!("export-{kind}")).await;
    page.until("the text", &format!("window.blobs.length === {}", index + 1)).await;
    String::from_utf8(blob(page, index).await).expect("text")
}

#[tokio::test]
async fn every_export_has_the_chosen_ranks() {
    in_workbench(async |page| {
        open_sample(&page).await;
        keep_blobs(&page).await;
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        show_all_rows(&page).await;
        let ranks = chosen(&page).await;

        let peft: Value = serde_json::from_str(&exported(&page, "peft", 0).await).expect("JSON");
        let key = r"^model\.layers\.0\.mlp\.down_proj";
        assert_eq!(peft["rank_pattern"][key], 14);
        assert_eq!(peft["alpha_pattern"][key], 28, "alpha / 14 is the scale of 2");
        assert_eq!(peft["rank_pattern"].as_object().map(serde_json::Map::len), Some(28));

        let kohya = "document.getElementById('export-kohya').closest('li').classList.contains('hidden')";
        assert_eq!(page.eval(kohya).await, true, "no tool that takes kohya's arguments calls its modules so");

        let csv = exported(&page, "csv", 1).await;
        let rows: Vec<&str> = csv.lines().skip(1).collect();
        let in_table = rows.iter().map(|row| row.split(',').nth(5).and_then(|rank| rank.parse().ok()).unwrap_or(0));
        assert_eq!(in_table.collect::<Vec<usize>>(), ranks);
    })
    .await;
}

#[tokio::test]
async fn only_a_file_with_kohyas_names_has_kohyas_arguments() {
    in_workbench(async |page| {
        let names = ["lora_unet_single_blocks_0_linear1", "lora_unet_single_blocks_1_linear1"];
        let file = names.iter().fold(Tensors::default(), |file, name| file.layer(name, [8, 4, 8]));
        give(&page, &[("style.safetensors", &file.bytes())]).await;
        until_status(&page, "2 layers").await;
        page.until("the exports", "!!document.getElementById('export-kohya')").await;
        keep_blobs(&page).await;
        let kohya = exported(&page, "kohya", 0).await;
        assert!(kohya.starts_with("--network_dim=4"), "{kohya}");
        let peft = "document.getElementById('export-peft').closest('li').classList.contains('hidden')";
        assert_eq!(page.eval(peft).await, true);
        page.click("resize").await;
        until_written(&page).await;
        page.until("the saved file", "saved.at(-1) === 'style-resized.safetensors'").await;
    })
    .await;
}

#[tokio::test]
async fn saved_spectra_open_again_with_the_same_numbers() {
    in_workbench(async |page| {
        open_sample(&page).await;
        keep_blobs(&page).await;
        let spectra = exported(&page, "spectra", 0).await;
        let numbers = "JSON.stringify([...document.querySelectorAll('#grid td')].map((cell) => cell.textContent))";
        let before = page.eval(numbers).await;
        give(&page, &[("spectra.json", spectra.as_bytes())]).await;
        page.until("the file", "document.getElementById('file-name').textContent === 'spectra.json'").await;
        until_status(&page, "28 layers read. It took").await;
        assert_eq!(page.text("#bytes").await, "not known: only spectra are open");
        page.until("the same list", &format!("{numbers} === {before}")).await;
        page.until("no adapter", "document.getElementById('resize')?.disabled === true").await;
        page.press_in(".selected", Key::Home).await;
        page.until_rank_in(".selected", 1).await;
        assert_eq!(exported(&page, "spectra", 1).await, spectra);
    })
    .await;
}
