//! Two checkpoints become a LoRA.

use std::collections::BTreeMap;

use end_to_end::Session;
use lora_rank_explorer::adapter::Adapter;
use lora_rank_explorer::checkpoint::sample;
use serde_json::{Value, json};

use crate::files::{Tensors, base64, noise};
use crate::page::{give, in_workbench, press_button, until_saved, until_status};
use crate::resize::{blob, keep_blobs};

/// Chooses files for one side: `base` or `tuned`.
pub async fn give_side(page: &Session, side: &str, files: &[(&str, &[u8])]) {
    let script = "
        const [side, files] = arguments;
        const [data, input] = [new DataTransfer(), document.getElementById(side)];
        for (const [name, text] of files) {
            data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
        }
        input.files = data.files;
        input.dispatchEvent(new Event('change', {bubbles: true}));";
    let files: Vec<Value> = files.iter().map(|(name, bytes)| json!([name, base64(bytes)])).collect();
    page.execute(script, vec![json!(side), Value::from(files)]).await.expect("files");
}

/// Opens the sample pair and waits until it is computed.
pub async fn open_pair(page: &Session) {
    press_button(page, "sample-pair").await;
    until_status(page, "14 layers, 4.50 MiB read.").await;
    page.until("the button", "!!document.querySelector('#resize:enabled')").await;
}

/// Chooses how many singular values of each layer are computed.
pub async fn choose_highest(page: &Session, rank: u32) {
    let script = "const [values, rank] = [document.getElementById('values'), arguments[0]];
        values.value = rank;
        values.dispatchEvent(new Event('change', {bubbles: true}));";
    page.execute(script, vec![json!(rank.to_string())]).await.expect("another rank");
}

pub async fn until_text(page: &Session, id: &str, text: &str) {
    page.until(text, &format!("document.getElementById('{id}')?.textContent.includes({})", json!(text))).await;
}

/// Weights of 24 × 16; those of the tuned model differ by an update of rank 2, and `change` has the last word.
fn model(names: &[&str], is_tuned: bool, change: impl Fn(&str, usize, f32) -> f32) -> Vec<u8> {
    let entry = |name: &str, i: usize| {
        let (row, col) = (i / 16, i % 16);
        let update = noise(row) * noise(100 + col) + 0.3 * noise(200 + row) * noise(300 + col);
        change(name, i, noise(i) + if is_tuned { update } else { 0.0 })
    };
    let tensors =
        names.iter().fold(Tensors::default(), |tensors, name| tensors.tensor(name, &[24, 16], |i| entry(name, i)));
    tensors.bytes()
}

fn same(_: &str, _: usize, number: f32) -> f32 {
    number
}

const NAMES: [&str; 2] = ["model.a.q.weight", "model.b.q.weight"];

#[tokio::test]
async fn the_sample_pair_becomes_a_lora_with_the_ranks_above_the_floor() {
    in_workbench(async |page| {
        open_pair(&page).await;
        keep_blobs(&page).await;
        until_text(&page, "paired", "14 layers pair; nothing is left over.").await;
        until_text(&page, "others", "6").await;
        until_text(&page, "floor", "8 singular values are above the rounding floor: rounding to BF16").await;
        // Once the planted directions are kept, what is left is as large as the rounding.
        let line =
            "document.querySelector('.selected [data-part=noise-floor-label]')?.textContent === 'rounding floor'";
        page.until("the line on the curve", line).await;
        let number = |part: &str| format!("+document.querySelector('.selected [data-part={part}]').textContent");
        press_button(&page, "way-floor").await;
        let ratio = format!("({}) / ({})", number("residual"), number("noise-floor-value"));
        page.until("a residual at the floor", &format!("Math.abs({ratio} - 1) < 0.2")).await;
        press_button(&page, "way-floor").await;
        let planted: BTreeMap<String, usize> = sample().planted.into_iter().collect();
        page.until("ranks", "document.getElementById('ranks-after').textContent === '8 to 27'").await;
        press_button(&page, "resize").await;
        until_text(&page, "resized", "Written").await;
        until_saved(&page, &["adapter_model.safetensors", "adapter_config.json"]).await;

        let (file, config) = (blob(&page, 0).await, String::from_utf8(blob(&page, 1).await).expect("text"));
        let adapter = Adapter::open(&mut &file[..], file.len() as u64, Some(&config)).expect("a safetensors file");
        assert!(adapter.problems().is_empty(), "{:?}", adapter.problems());
        let written = adapter.layers().iter().map(|layer| {
            let name = layer.module().strip_prefix("model.").unwrap_or(layer.module());
            (format!("{name}.weight"), layer.rank())
        });
        assert_eq!(written.collect::<BTreeMap<_, _>>(), planted);

        press_button(&page, "open-resized").await;
        until_text(&page, "file-name", "adapter_model.safetensors").await;
        until_status(&page, "14 layers").await;
        page.until("the ranks", "document.getElementById('ranks-after').textContent === '8 to 27'").await;
    })
    .await;
}

#[tokio::test]
async fn a_layer_that_is_left_out_is_not_in_the_file() {
    in_workbench(async |page| {
        give_side(&page, "base", &[("base.safetensors", &model(&NAMES, false, same))]).await;
        give_side(&page, "tuned", &[("tuned.safetensors", &model(&NAMES, true, same))]).await;
        until_status(&page, "2 layers, 6.00 KiB read.").await;
        until_text(&page, "file-name", "base.safetensors → tuned.safetensors").await;
        page.until("the button", "!!document.querySelector('#leave-out')").await;
        keep_blobs(&page).await;
        press_button(&page, "leave-out").await;
        page.until("0", "document.querySelector('#row-0 .chosen')?.textContent === '0'").await;
        press_button(&page, "resize").await;
        until_text(&page, "resized", "Written").await;
        let (file, config) = (blob(&page, 0).await, String::from_utf8(blob(&page, 1).await).expect("text"));
        let adapter = Adapter::open(&mut &file[..], file.len() as u64, Some(&config)).expect("a safetensors file");
        assert_eq!(adapter.layers().iter().map(|layer| layer.module()).collect::<Vec<_>>(), ["model.b.q"]);
    })
    .await;
}

#[tokio::test]
async fn swapped_models_are_swapped_by_one_button() {
    in_workbench(async |page| {
        give_side(&page, "base", &[("after.safetensors", &model(&NAMES, true, same))]).await;
        give_side(&page, "tuned", &[("before.safetensors", &model(&NAMES, false, same))]).await;
        until_text(&page, "file-name", "after.safetensors → before.safetensors").await;
        press_button(&page, "swap").await;
        until_text(&page, "file-name", "before.safetensors → after.safetensors").await;
        until_text(&page, "base-chosen", "before.safetensors").await;
        until_status(&page, "2 layers").await;
    })
    .await;
}

#[tokio::test]
async fn a_model_can_be_dropped_on_its_side_and_a_higher_rank_is_computed_anew() {
    in_workbench(async |page| {
        let script = "
            const [side, name, text] = arguments;
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
            const event = (kind) => new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
            const area = document.querySelector(`[data-side=${side}] label`);
            area.dispatchEvent(event('dragover'));
            area.dispatchEvent(event('drop'));";
        for (side, is_tuned) in [("tuned", true), ("base", false)] {
            let (name, model) = (format!("{side}.safetensors"), model(&["model.wide.weight"], is_tuned, same));
            let arguments = vec![json!(side), json!(name), json!(base64(&model))];
            page.execute(script, arguments).await.expect("dropped");
        }
        until_text(&page, "file-name", "base.safetensors → tuned.safetensors").await;
        until_status(&page, "1 layer, ").await;
        press_button(&page, "sample-pair").await;
        until_status(&page, "14 layers, 4.50 MiB read.").await;
        let rank = "document.querySelector('#row-0 .rank')?.textContent";
        page.until("64 values", &format!("{rank} === '64'")).await;
        choose_highest(&page, 128).await;
        page.until("128 values", &format!("{rank} === '128'")).await;
        until_status(&page, "14 layers, 4.50 MiB read.").await;
        page.until("all of them", "document.querySelector('#row-0 .chosen')?.textContent > 64").await;
    })
    .await;
}

#[tokio::test]
async fn models_that_come_together_are_asked_about() {
    in_workbench(async |page| {
        let (base, tuned) = (model(&NAMES, false, same), model(&NAMES, true, same));
        give(&page, &[("one.safetensors", &tuned), ("two.safetensors", &base)]).await;
        page.until("a question", "document.querySelectorAll('.asked li').length === 2").await;
        assert_eq!(page.eval("document.getElementById('file-name').textContent").await, "", "nothing is guessed");
        let which = "[...document.querySelectorAll('.asked li')].findIndex((row) => row.textContent.includes('two'))";
        page.eval(&format!("document.getElementById(`asked-${{{which}}}-0`).click()")).await;
        press_button(&page, "asked-open").await;
        until_text(&page, "file-name", "two.safetensors → one.safetensors").await;
        until_status(&page, "2 layers").await;
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_is_said_before_anything_is_computed_and_after() {
    in_workbench(async |page| {
        let model = model(&NAMES, false, same);
        give_side(&page, "base", &[("a.safetensors", &model)]).await;
        give_side(&page, "tuned", &[("a.safetensors", &model)]).await;
        until_text(&page, "paired-doubt", "perhaps one file was chosen twice").await;
        until_status(&page, "Nothing is computed yet").await;
        press_button(&page, "compute").await;
        until_text(&page, "unchanged", "No layer differs").await;
        page.until("no problems", "!document.querySelector('#problems')").await;
    })
    .await;
}

#[tokio::test]
async fn a_missing_part_is_named_beside_its_model_and_can_be_added() {
    in_workbench(async |page| {
        let sample = sample();
        let base: Vec<(&str, &[u8])> =
            sample.base.files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        let mut tuned: Vec<(&str, &[u8])> =
            sample.tuned.files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
        let missing = tuned.pop().expect("two parts");
        tuned.push(("model.safetensors.index.json", sample.tuned.index.as_bytes()));
        give_side(&page, "base", &base).await;
        give_side(&page, "tuned", &tuned).await;
        until_text(&page, "tuned-problems", "`model-00002-of-00002.safetensors` is missing").await;
        until_status(&page, "Nothing is computed yet").await;
        until_text(&page, "only-base", "Only in the base").await;
        give_side(&page, "tuned", &[missing]).await;
        until_status(&page, "14 layers, 4.50 MiB read.").await;
        page.until("no problem", "document.getElementById('tuned-problems').children.length === 0").await;
    })
    .await;
}

#[tokio::test]
async fn a_layer_with_a_nan_is_named_and_the_others_are_computed() {
    in_workbench(async |page| {
        let nan = |name: &str, i: usize, number: f32| if name == NAMES[0] && i == 7 { f32::NAN } else { number };
        give_side(&page, "base", &[("base.safetensors", &model(&NAMES, false, same))]).await;
        give_side(&page, "tuned", &[("tuned.safetensors", &model(&NAMES, true, nan))]).await;
        until_status(&page, "2 layers, 6.00 KiB read.").await;
        until_text(&page, "problems", "model.a.q.weight").await;
        until_text(&page, "problems", "the tuned model, `tuned.safetensors`").await;
        page.until("the other", "document.querySelector('#row-1 .chosen')?.textContent > 0").await;
        page.until("not this one", "document.querySelector('#row-0 .chosen')?.textContent === '0'").await;
    })
    .await;
}

#[tokio::test]
async fn other_naming_schemes_and_other_indices_are_explained() {
    in_workbench(async |page| {
        let names = ["layers.0.attn.weight", "layers.1.attn.weight"];
        give_side(&page, "base", &[("base.safetensors", &model(&NAMES, false, same))]).await;
        give_side(&page, "tuned", &[("tuned.safetensors", &model(&names, true, same))]).await;
        until_text(&page, "paired", "No layer pairs").await;
        until_text(&page, "paired-names", "no name is guessed").await;
        until_text(&page, "only-base", "Only in the base: 2").await;
        until_text(&page, "only-tuned", "Only in the tuned model: 2").await;

        let index = json!({"weight_map": {"model.a.q.weight": "model-00001-of-00002.safetensors"}}).to_string();
        give_side(&page, "tuned", &[("model.safetensors.index.json", index.as_bytes())]).await;
        until_text(&page, "refused", "the tuned model: the index names `model-00001-of-00002.safetensors`").await;
    })
    .await;
}

#[tokio::test]
async fn saved_spectra_of_a_pair_open_again_and_are_not_computed_twice() {
    in_workbench(async |page| {
        open_pair(&page).await;
        keep_blobs(&page).await;
        press_button(&page, "export-spectra").await;
        page.until("the text", "window.blobs.length === 1").await;
        let spectra = blob(&page, 0).await;
        give(&page, &[("spectra.json", &spectra)]).await;
        until_text(&page, "file-name", "spectra.json").await;
        until_text(&page, "floor", "8 singular values are above the rounding floor").await;
        // Spectra do not say how large the models are, and the LoRA has numbers of 32 bits.
        assert_eq!(page.text("#bytes").await, "not known: only spectra are open");
        page.until("no size", "document.getElementById('result').textContent.startsWith('not known → 2.00 MiB')").await;
        press_button(&page, "way-floor").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '8 to 27'").await;
        page.until("no files", "document.getElementById('resize').disabled").await;
        press_button(&page, "sample-pair").await;
        until_text(&page, "file-name", "→").await;
        page.until("the same plan", "document.getElementById('ranks-after').textContent === '8 to 27'").await;
        press_button(&page, "resize").await;
        until_text(&page, "resized", "Written").await;
    })
    .await;
}
