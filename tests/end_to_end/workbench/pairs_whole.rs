//! Norms, biases and embeddings in the LoRA of two checkpoints.

use end_to_end::Session;
use lora_rank_explorer::adapter::{Adapter, Header};
use serde_json::{Value, json};

use crate::files::{Tensors, noise};
use crate::page::{in_workbench, press_button, until_status, until_written};
use crate::pairs::{give_side, until_text};
use crate::resize::{blob, keep_blobs};

/// Names, shapes, and whether the tuned model differs there.
const TENSORS: [(&str, &[usize], bool); 6] = [
    ("model.embed_tokens.weight", &[64, 16], true),
    ("model.a.q.weight", &[24, 16], true),
    ("model.a.q.bias", &[24], true),
    ("model.a.input_layernorm.weight", &[16], true),
    ("model.last.weight", &[16], false),
    ("lm_head.weight", &[64, 16], false),
];

fn entry(tensor: usize, is_tuned: bool, i: usize) -> f32 {
    let of_both = noise(1000 * tensor + i);
    of_both + if is_tuned && TENSORS[tensor].2 { 0.25 * noise(77 * tensor + 5 * i) } else { 0.0 }
}

fn model(is_tuned: bool) -> Vec<u8> {
    let add = |tensors: Tensors, (at, (name, shape, _)): (usize, &(&str, &[usize], bool))| {
        tensors.tensor(name, shape, |i| entry(at, is_tuned, i))
    };
    TENSORS.iter().enumerate().fold(Tensors::default(), add).bytes()
}

async fn choose(page: &Session, id: &str, value: &str) {
    let script = "
        const [id, value] = arguments;
        const field = document.getElementById(id);
        field.value = value;
        field.dispatchEvent(new Event('change', {bubbles: true}));";
    page.execute(script, vec![json!(id), json!(value)]).await.expect("chosen");
}

async fn label(page: &Session) -> String {
    let text = page.eval("document.getElementById('write-whole').closest('label').textContent").await;
    text.as_str().expect("text").trim().to_owned()
}

/// The numbers of each tensor of a file.
fn numbers(file: &[u8]) -> Vec<(String, Vec<f32>)> {
    let header = Header::read(&mut &file[..], file.len() as u64).expect("a safetensors file");
    let of = |tensor: &lora_rank_explorer::adapter::Tensor| {
        let range = tensor.range();
        let bytes = &file[range.start as usize..range.end as usize];
        (tensor.name().to_owned(), tensor.to_f32(bytes).expect("numbers"))
    };
    header.tensors().iter().map(of).collect()
}

async fn written(page: &Session, blobs: usize) -> Vec<u8> {
    press_button(page, "resize").await;
    until_written(page).await;
    page.until("the links", &format!("window.blobs.length === {blobs}")).await;
    let at = page.eval("window.blobs.findLastIndex((blob) => !blob.type && blob.size > 600)").await;
    blob(page, at.as_u64().expect("a file") as usize).await
}

#[tokio::test]
async fn norms_biases_and_embeddings_are_taken_over_so_that_w_and_the_file_make_the_tuned_model() {
    in_workbench(async |page| {
        give_side(&page, "base", &[("base.safetensors", &model(false))]).await;
        give_side(&page, "tuned", &[("tuned.safetensors", &model(true))]).await;
        until_status(&page, "2 layers, ").await;
        page.until("the button", "!!document.querySelector('#resize:enabled')").await;
        page.until("the field", "!!document.querySelector('#write-whole')").await;
        keep_blobs(&page).await;
        let bytes = async |page: &Session| page.text("#bytes-after").await;

        // PEFT: as they are, without the bias, which stands beside factors.
        assert_eq!(label(&page).await, "Also take over norms, biases and embeddings: 2 tensors, 4.06 KiB");
        assert!(page.text("#whole-hint").await.contains("1 is the same in both models"));
        let refused = page.eval("document.getElementById('whole-refused').textContent").await;
        assert!(refused.as_str().is_some_and(|text| text.contains("`a.q.bias`: PEFT saves no parameter")), "{refused}");
        assert_eq!(page.eval("document.getElementById('write-whole').checked").await, json!(false));
        let without = bytes(&page).await;
        assert_eq!(without, "2.50 KiB", "16 × (24 + 16) numbers");
        page.click("write-whole").await;
        page.until("the size", "document.getElementById('bytes-after').textContent === '6.56 KiB'").await;
        until_text(&page, "result", "→ 6.56 KiB").await;
        let file = written(&page, 2).await;
        let config: Value = serde_json::from_slice(&blob(&page, 1).await).expect("JSON");
        assert_eq!(config["modules_to_save"], json!(["model.a.input_layernorm", "model.embed_tokens"]));
        let found = numbers(&file);
        for (at, name) in [(0, "model.embed_tokens.weight"), (3, "model.a.input_layernorm.weight")] {
            let (_, found) = found.iter().find(|(found, _)| *found == format!("base_model.model.{name}")).expect(name);
            assert!(found.iter().enumerate().all(|(i, number)| *number == entry(at, true, i)), "{name}");
        }
        assert_eq!(found.len(), 4, "two factors and two parameters");

        // ComfyUI: the differences.
        choose(&page, "write-names", "comfyui").await;
        page.until("three", "document.querySelector('.whole')?.textContent.includes('3 tensors, 4.16 KiB')").await;
        page.until("the old file is gone", "document.getElementById('resized').textContent === ''").await;
        let file = written(&page, 3).await;
        let adapter = Adapter::open(&mut &file[..], file.len() as u64, None).expect("an adapter");
        assert_eq!(adapter.layers().len(), 2, "the factors and the difference of the embedding");
        let found = numbers(&file);
        for (at, name) in [(0, "embed_tokens.diff"), (2, "a.q.diff_b"), (3, "a.input_layernorm.diff")] {
            let (_, found) = found.iter().find(|(found, _)| *found == format!("diffusion_model.{name}")).expect(name);
            for (i, difference) in found.iter().enumerate() {
                let sum = entry(at, false, i) + difference;
                assert!((sum - entry(at, true, i)).abs() <= 1e-6, "{name} {i}: {sum}");
            }
        }
        assert_eq!(found.len(), 6, "two factors with their alpha, and three parameters");

        // sd-scripts would ignore them.
        choose(&page, "write-names", "kohya").await;
        page.until("not offered", "document.getElementById('write-whole').disabled").await;
        assert!(page.text("#whole-hint").await.contains("sd-scripts loads factors only and would ignore them"));
        page.until("the size", "document.getElementById('bytes-after').textContent === '2.50 KiB'").await;
        let file = written(&page, 4).await;
        assert_eq!(numbers(&file).len(), 3, "two factors with their alpha");
    })
    .await;
}
