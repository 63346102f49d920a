//! Two checkpoints of which one is quantised, changes while it is read, or is larger than a tab can take.

use std::path::{Path, PathBuf};

use end_to_end::Session;
use serde_json::json;

use crate::files::{Tensors, noise};
use crate::page::{in_workbench, press_button, until_status};
use crate::pairs::{give_side, open_pair, until_text};
use crate::workers::with_workers;

/// Layers are larger than what is read ahead, so that they are read when they are computed.
const SIDES: [usize; 2] = [256, 128];

/// Two layers and a tensor of this name, which keeps the page from computing before it is asked to.
fn model(times: f32, other: &str) -> Vec<u8> {
    let number = |i: usize| times * noise(i) + noise(7 * i);
    let layers = Tensors::default().tensor("a.q.weight", &SIDES, number).tensor("b.q.weight", &SIDES, number);
    layers.tensor(other, &[4], noise).bytes()
}

/// A file on the disk, removed at the end.
struct OnDisk(PathBuf);

impl OnDisk {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("lora-rank-explorer-{}-{name}.safetensors", std::process::id()));
        std::fs::write(&path, bytes).expect("a file");
        Self(path)
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn choose(page: &Session, side: &str, path: &Path) {
    let input = page.find(thirtyfour::By::Id(side)).await.expect("the input");
    input.send_keys(path.to_string_lossy().into_owned()).await.expect("chosen");
}

/// Opens two models from the disk that wait to be computed, lets something happen to the tuned one, and computes.
async fn compute_after(page: &Session, test: &str, change: impl FnOnce(&Path)) {
    let file = |side: &str, times, other| OnDisk::new(&format!("{test}-{side}"), &model(times, other));
    let (base, tuned) = (file("base", 1.0, "old"), file("tuned", 1.5, "new"));
    choose(page, "base", &base.0).await;
    choose(page, "tuned", &tuned.0).await;
    until_status(page, "Nothing is computed yet").await;
    change(&tuned.0);
    press_button(page, "compute").await;
    until_status(page, "2 layers").await;
    // One browser says that it cannot read the file, another reads what stands there now.
    until_text(page, "problems", "hoose the files of both models again").await;
    page.until(
        "none",
        "['#row-0', '#row-1'].every((row) => document.querySelector(`${row} .chosen`)?.textContent === '0')",
    )
    .await;
}

#[tokio::test]
async fn a_file_that_vanishes_before_its_layers_are_computed_is_named_and_the_page_keeps_working() {
    in_workbench(async |page| {
        compute_after(&page, "gone", |path| std::fs::remove_file(path).expect("removed")).await;
        until_text(&page, "problems", "gone-tuned.safetensors`: the file: bytes 0 to 8 cannot be read").await;
        until_text(&page, "problems", "(2 layers)").await;
        assert!(!page.text("#problems").await.contains("JsValue"), "the browser's words");
        open_pair(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_part_of_a_model_that_vanishes_takes_no_layer_of_another_part_along() {
    in_workbench(async |page| {
        // The worker that has opened the files computes both layers.
        with_workers(&page, 1).await;
        let part = |name: &str, times: f32, tensor: &str| {
            let number = |i: usize| times * noise(i) + noise(7 * i);
            OnDisk::new(name, &Tensors::default().tensor(tensor, &SIDES, number).tensor(name, &[4], noise).bytes())
        };
        let files = [("base", 1.0), ("tuned", 1.5)].map(|(side, times)| {
            ["a", "b"].map(|layer| part(&format!("{side}-{layer}"), times, &format!("{layer}.q.weight")))
        });
        for (side, parts) in ["base", "tuned"].into_iter().zip(&files) {
            let input = page.find(thirtyfour::By::Id(side)).await.expect("the input");
            let paths = parts.each_ref().map(|part| part.0.to_string_lossy()).join("\n");
            input.send_keys(paths).await.expect("chosen");
        }
        until_status(&page, "Nothing is computed yet").await;
        std::fs::remove_file(&files[1][1].0).expect("removed");
        press_button(&page, "compute").await;
        until_status(&page, "2 layers").await;
        until_text(&page, "problems", "tuned-b.safetensors`: the file: bytes 0 to 8 cannot be read").await;
        let chosen = "['#row-0', '#row-1'].map((row) => document.querySelector(`${row} .chosen`)?.textContent !== '0')";
        page.until("the other layer alone", &format!("JSON.stringify({chosen}) === '[true,false]'")).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_changes_before_its_layers_are_computed_is_named_and_the_page_keeps_working() {
    in_workbench(async |page| {
        // As long, with other numbers.
        compute_after(&page, "changed", |path| std::fs::write(path, model(2.5, "new")).expect("written")).await;
        open_pair(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_that_changes_before_the_lora_is_written_is_not_mixed_into_it() {
    in_workbench(async |page| {
        let file = |side: &str, times| OnDisk::new(&format!("late-{side}"), &model(times, "old"));
        let (base, tuned) = (file("base", 1.0), file("tuned", 1.5));
        choose(&page, "base", &base.0).await;
        choose(&page, "tuned", &tuned.0).await;
        until_status(&page, "2 layers, 512 KiB read").await;
        page.until("the button", "!!document.querySelector('#resize:enabled')").await;
        std::fs::write(&tuned.0, model(2.5, "old")).expect("written");
        press_button(&page, "resize").await;
        until_text(&page, "resized", "hoose the files of both models again").await;
        open_pair(&page).await;
    })
    .await;
}

/// Tensors as each way of quantising stores them, and what the page says about it.
#[tokio::test]
async fn a_quantised_base_is_named_with_what_to_do_and_the_layers_that_are_not_are_computed() {
    in_workbench(async |page| {
        let tuned =
            Tensors::default().tensor("a.q.weight", &[24, 16], noise).tensor("b.q.weight", &[24, 16], |i| noise(3 * i));
        let bytes = |tensors: Tensors, name: &str, dtype: &str, shape: [usize; 2], width: usize| {
            let (tensors, begin) = tensors.reserve(shape[0] * shape[1] * width);
            let end = begin + shape[0] * shape[1] * width;
            tensors.entry(name, json!({"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}))
        };
        let usual = || Tensors::default().tensor("b.q.weight", &[24, 16], noise);
        let nf4 = |tensors: Tensors| {
            let tensors = bytes(tensors, "a.q.weight", "U8", [192, 1], 1);
            let tensors = bytes(tensors, "a.q.weight.absmax", "F32", [6, 1], 4);
            bytes(tensors, "a.q.weight.quant_state.bitsandbytes__nf4", "U8", [80, 1], 1)
        };
        let gptq = |tensors: Tensors| {
            let tensors = bytes(tensors, "a.q.qweight", "I32", [2, 24], 4);
            let tensors = bytes(tensors, "a.q.qzeros", "I32", [1, 3], 4);
            bytes(tensors, "a.q.scales", "F16", [1, 24], 2)
        };
        let int8 = |tensors: Tensors| {
            let tensors = bytes(tensors, "a.q.weight", "I8", [24, 16], 1);
            bytes(tensors, "a.q.SCB", "F32", [24, 1], 4)
        };
        let cases: [(&str, Tensors); 3] = [
            ("bitsandbytes (NF4)", nf4(usual())),
            ("GPTQ or AWQ", gptq(usual())),
            ("bitsandbytes (LLM.int8)", int8(usual())),
        ];
        for (by, base) in cases {
            give_side(&page, "base", &[(&format!("{by}.safetensors"), &base.bytes())]).await;
            give_side(&page, "tuned", &[("tuned.safetensors", &tuned.bytes())]).await;
            let says = format!(
                "1 weight is quantised by {by}, which is not read: take the checkpoint that they were quantised from"
            );
            until_text(&page, "base-problems", &says).await;
            until_status(&page, "Nothing is computed yet").await;
            press_button(&page, "compute").await;
            until_status(&page, "1 layer, 3.00 KiB read").await;
            page.until("the layer", "document.querySelector('#row-0 .chosen')?.textContent > 0").await;
        }
        open_pair(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_layer_larger_than_a_tab_is_named_before_anything_is_computed_and_the_others_are_computed() {
    in_workbench(async |page| {
        // 4 GiB on each side, built from one part of 64 MiB.
        let script = "
            const part = new Blob([new Uint8Array(2 ** 26)]);
            const whole = new Blob(Array(64).fill(part));
            const header = JSON.stringify({
                'large.weight': {dtype: 'BF16', shape: [2 ** 15, 2 ** 16], data_offsets: [0, 2 ** 32]},
                'small.weight': {dtype: 'F32', shape: [8, 8], data_offsets: [2 ** 32, 2 ** 32 + 256]},
            });
            for (const [side, times] of [['base', 1], ['tuned', 2]]) {
                const small = new Float32Array(64).map((_, i) => Math.sin(times * i));
                const data = new DataTransfer();
                const parts = [new BigUint64Array([BigInt(header.length)]), header, whole, small];
                data.items.add(new File(parts, `${side}.safetensors`));
                const input = document.getElementById(side);
                input.files = data.files;
                input.dispatchEvent(new Event('change', {bubbles: true}));
            }";
        page.execute(script, Vec::new()).await.expect("large files");
        until_text(&page, "too-large", "`large.weight` is left out: it needs 20.8 GiB of memory").await;
        until_status(&page, "Nothing is computed yet").await;
        until_text(&page, "pair-workers", "the largest layer takes 8.00 MiB of memory").await;
        press_button(&page, "compute").await;
        until_text(&page, "problems", "`large.weight` is left out").await;
        page.until("the other", "document.querySelector('#row-1 .chosen')?.textContent > 0").await;
        page.until("not this one", "document.querySelector('#row-0 .chosen')?.textContent === '0'").await;
        page.until("the button", "!!document.querySelector('#resize:enabled')").await;
        press_button(&page, "resize").await;
        crate::page::until_written(&page).await;
    })
    .await;
}
