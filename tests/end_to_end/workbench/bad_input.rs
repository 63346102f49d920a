//! The page names what is wrong with a file and keeps working.

use end_to_end::Session;
use lora_rank_explorer::adapter::sample;
use serde_json::json;

use crate::files::{Tensors, noise};
use crate::page::{give, in_workbench, open_sample, until_status};

/// Unusable files, each with the page's message.
#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_the_next_one_opens() {
    in_workbench(async |page| {
        let header = |length: u64, rest: &[u8]| [&length.to_le_bytes()[..], rest].concat();
        let answer = br#"{"error":"Unauthorized","message":"log in to download"}"#;
        let cases: [(&str, Vec<u8>, &str); 10] = [
            ("short.safetensors", b"\x01\xff\x02".to_vec(), "not a safetensors file: it ends after 3 of the 8 bytes"),
            ("image.safetensors", b"\x89PNG\r\n\x1a\n............".to_vec(), "it is a PNG picture"),
            (
                "pointer.safetensors",
                b"version https://git-lfs.github.com/spec/v1\nsize 12\n".to_vec(),
                "a Git LFS pointer",
            ),
            ("model.bin", b"\x80\x02}q\x00X\x01\x00\x00\x00a".to_vec(), "it is a Python pickle"),
            ("answer.safetensors", answer.to_vec(), "a JSON text that says “Unauthorized: log in to download”"),
            ("long.safetensors", header(1000, b"{}"), "is cut off within its header: 10 of at least 1,008 bytes"),
            ("huge.safetensors", header(1 << 63, b"{}"), "its header would have 9223372036854775808 bytes"),
            ("text.safetensors", header(2, b"no"), "not the JSON that is expected"),
            ("other.json", b"{\"weights\": 1}".to_vec(), "not a list of spectra"),
            ("empty.safetensors", Vec::new(), "the file: it is empty"),
        ];
        for (name, bytes, expected) in cases {
            give(&page, &[(name, &bytes)]).await;
            until_status(&page, expected).await;
            assert_eq!(page.text("#file-name").await, name);
            assert!(page.text("[role=status].spoken").await.contains(expected), "the message is announced, too");
        }
        give(&page, &[("adapter_config.json", b"{}"), ("a.safetensors", b"x"), ("b.safetensors", b"y")]).await;
        until_status(&page, "several files at once").await;
        open_sample(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_config_without_weights_is_refused() {
    in_workbench(async |page| {
        give(&page, &[("adapter_config.json", b"{}")]).await;
        until_status(&page, "adapter_config.json alone holds no weights").await;
        open_sample(&page).await;
    })
    .await;
}

async fn until_problem(page: &Session, text: &str) {
    let is_there = format!("document.querySelector('#problems')?.textContent.includes({})", json!(text));
    page.until(text, &is_there).await;
}

#[tokio::test]
async fn unusable_tensors_are_named_and_the_others_shown() {
    in_workbench(async |page| {
        let bad = |first: f32| move |i: usize| if i == 3 { first } else { noise(i) };
        let tensors = Tensors::default()
            .tensor("under", &[2], noise)
            .layer("good", [8, 2, 6])
            .tensor("alone.lora_down.weight", &[2, 6], noise)
            .tensor("shape.lora_down.weight", &[2, 6], noise)
            .tensor("shape.lora_up.weight", &[8, 3], noise)
            .tensor("zero.lora_down.weight", &[0, 6], noise)
            .tensor("zero.lora_up.weight", &[8, 0], noise)
            .tensor("nan.lora_down.weight", &[2, 6], bad(f32::NAN))
            .tensor("nan.lora_up.weight", &[8, 2], noise)
            .tensor("infinite.lora_down.weight", &[2, 6], bad(f32::INFINITY))
            .tensor("infinite.lora_up.weight", &[8, 2], noise)
            .tensor("dora.lora_down.weight", &[2, 6], noise)
            .tensor("dora.lora_up.weight", &[8, 2], noise)
            .tensor("dora.dora_scale", &[8, 1], noise)
            .tensor("kron.lokr_w1", &[2, 2], noise)
            .entry("far", json!({"dtype": "F32", "shape": [2], "data_offsets": [1u64 << 40, (1u64 << 40) + 8]}))
            .entry("over", json!({"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}))
            .entry("eight", json!({"dtype": "F8_E4M3", "shape": [0], "data_offsets": [0, 0]}))
            .entry("odd", json!(7));
        give(&page, &[("bad.safetensors", &tensors.bytes())]).await;
        for problem in [
            "tensor `alone.lora_down.weight`: its other factor",
            "tensor `shape.lora_up.weight`: the shape is [8, 3]",
            "tensor `zero.lora_down.weight`: its rank is 0",
            "tensor `nan.lora_down.weight`: number 4 is NaN",
            "tensor `infinite.lora_down.weight`: number 4 is inf",
            "module `dora`: DoRA: a magnitude",
            "module `kron`: its other factor `lokr_w2` is missing",
            "tensor `far`: the header places its data",
            "tensor `over`: its data overlaps",
            "tensor `odd`: not the JSON",
        ] {
            until_problem(&page, problem).await;
        }
        let energies =
            "JSON.stringify([...document.querySelectorAll('#grid td.energy')].map((cell) => cell.textContent))";
        page.until("the rows", &format!(r#"{energies} === '["100.0%","failed","failed"]'"#)).await;
        until_status(&page, "3 layers").await;
    })
    .await;
}

#[tokio::test]
async fn each_wrong_field_of_a_config_is_named() {
    in_workbench(async |page| {
        let sample = sample();
        for (config, expected) in [
            ("no JSON", "adapter_config.json: not the JSON that is expected"),
            (r#"{"r": 16, "lora_alpha": "much"}"#, "adapter_config.json, `lora_alpha`: not the JSON"),
            (r#"{"r": 8, "lora_alpha": 32}"#, "module `model.layers.0.mlp.down_proj`: the configuration says rank 8"),
            (
                r#"{"r": 16, "lora_alpha": 32, "alpha_pattern": {"(?=q)": 1}}"#,
                "adapter_config.json, `alpha_pattern`: an entry",
            ),
            (
                r#"{"r": 16, "lora_alpha": 32, "peft_type": "IA3"}"#,
                "adapter_config.json, `peft_type`: (IA)³: it scales activations",
            ),
        ] {
            give(&page, &[("adapter_model.safetensors", &sample.file), ("adapter_config.json", config.as_bytes())])
                .await;
            until_problem(&page, expected).await;
        }
        // The status is the same as for the file before; only the problem tells them apart.
        open_sample(&page).await;
        page.until("no problem", "!document.querySelector('#problems')").await;
    })
    .await;
}

#[tokio::test]
async fn a_file_deleted_while_it_is_open_is_reported_and_the_page_keeps_working() {
    in_workbench(async |page| {
        open_sample(&page).await;
        // The page reads the file again when it resizes it.
        let path = std::env::temp_dir().join(format!("lora-rank-explorer-gone-{}.safetensors", std::process::id()));
        std::fs::write(&path, Tensors::default().layer("one", [64, 4, 64]).bytes()).expect("a file");
        let input = page.find(thirtyfour::By::Id("file")).await.expect("the input");
        input.send_keys(path.to_string_lossy().into_owned()).await.expect("chosen");
        until_status(&page, "1 layer, 2.00 KiB read.").await;
        std::fs::remove_file(&path).expect("removed");
        page.until("the exports", "!!document.querySelector('#resize:enabled')").await;
        page.click("resize").await;
        page.until("the reason", "document.querySelector('#resized')?.textContent.includes('the file')").await;
        open_sample(&page).await;
    })
    .await;
}

#[tokio::test]
async fn a_tensor_too_large_for_memory_is_named_and_the_others_shown() {
    in_workbench(async |page| {
        // Four times 2 GiB, built from one part of 64 MiB.
        let script = "
            const part = new Blob([new Uint8Array(2 ** 26)]);
            const whole = new Blob(Array(128).fill(part));
            const small = new Float32Array(64).map((_, i) => Math.sin(i));
            const header = JSON.stringify({
                large: {dtype: 'F32', shape: [2 ** 15, 2 ** 16], data_offsets: [0, 2 ** 33]},
                small: {dtype: 'F32', shape: [8, 8], data_offsets: [2 ** 33, 2 ** 33 + 256]},
            });
            const data = new DataTransfer();
            data.items.add(new File([new BigUint64Array([BigInt(header.length)]), header, whole, small], 'large.safetensors'));
            const input = document.getElementById('file');
            input.files = data.files;
            input.dispatchEvent(new Event('change', {bubbles: true}));";
        page.execute(script, Vec::new()).await.expect("a large file");
        until_problem(&page, "tensor `large`: there is no memory for 8589934592 bytes").await;
        page.until("the other", "document.querySelector('#row-1 .energy')?.textContent === '100.0%'").await;
    })
    .await;
}

#[tokio::test]
async fn invalid_spectra_are_named_by_their_position() {
    in_workbench(async |page| {
        let spectrum = |values: &str| {
            format!(r#"{{"module":"q","rows":4,"cols":4,"rank":2,"scale":1,"singular_values":{values}}}"#)
        };
        let text = format!("[{},{},7]", spectrum("[2,1]"), spectrum("[1,2]"));
        give(&page, &[("spectra.json", text.as_bytes())]).await;
        until_problem(&page, "spectrum 2: singular value 2 is larger than the one before it").await;
        until_problem(&page, "spectrum 3: ").await;
        until_status(&page, "1 layer read. It took").await;
    })
    .await;
}
