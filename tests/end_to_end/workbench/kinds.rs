//! Files with more than plain pairs: experts in groups, other kinds, unknown scales, a pointer in place of a file.

use end_to_end::Session;
use serde_json::{Value, json};

use crate::files::{Tensors, noise};
use crate::page::{give, in_workbench, until_status};

/// One of the files that the library's tests read.
fn folder(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../adapter/files/").to_owned() + name;
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| !path.ends_with("case.json"))
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), std::fs::read(&path).expect("bytes"))
        })
        .collect();
    files.sort();
    files
}

async fn open(page: &Session, name: &str) {
    let files = folder(name);
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    give(page, &files).await;
}

/// Two blocks with 64 experts each, in PEFT's names.
fn experts() -> Vec<u8> {
    let mut tensors = Tensors::default();
    for (block, expert) in (0..2).flat_map(|block| (0..64).map(move |expert| (block, expert))) {
        let module = format!("base_model.model.model.layers.{block}.mlp.experts.{expert}.down_proj");
        tensors = tensors.tensor(&format!("{module}.lora_A.weight"), &[2, 4], noise);
        tensors = tensors.tensor(&format!("{module}.lora_B.weight"), &[4, 2], noise);
    }
    tensors.bytes()
}

async fn rows(page: &Session) -> u64 {
    let rows = page.eval("+document.querySelector('#grid').ariaRowCount - 1").await;
    rows.as_u64().expect("a count")
}

#[tokio::test]
async fn experts_are_one_row_a_module_until_the_group_is_opened() {
    in_workbench(async |page| {
        let config = json!({"peft_type": "LORA", "r": 2, "lora_alpha": 4}).to_string();
        let files = [("adapter_model.safetensors", &experts()[..]), ("adapter_config.json", config.as_bytes())];
        give(&page, &files).await;
        until_status(&page, "128 layers").await;
        page.until("two groups", "document.querySelector('#grid')?.ariaRowCount === '3'").await;
        assert_eq!(page.eval("document.querySelector('#grid').getAttribute('role')").await, json!("treegrid"));
        let label = page.eval("document.querySelector('#row-64 .module').ariaLabel").await;
        assert!(label.as_str().is_some_and(|label| label.ends_with("and 63 more")), "{label}");

        page.eval("document.querySelector('#row-64 .group').click()").await;
        page.until("65 rows", "document.querySelector('#grid').ariaRowCount === '66'").await;
        page.eval("document.querySelector('#row-64 .group').click()").await;
        page.until("two rows", "document.querySelector('#grid').ariaRowCount === '3'").await;

        let key = "document.getElementById('grid').dispatchEvent(new KeyboardEvent('keydown', {key: KEY, bubbles: true, cancelable: true}))";
        page.eval(&key.replace("KEY", "'Home'")).await;
        page.eval(&key.replace("KEY", "'ArrowRight'")).await;
        page.until("the first is open", "document.querySelector('#row-0').ariaExpanded === 'true'").await;
        assert_eq!(rows(&page).await, 65);
        page.eval(&key.replace("KEY", "'ArrowLeft'")).await;
        page.until("the first is closed", "document.querySelector('#row-0').ariaExpanded === 'false'").await;

        let filter = "(() => { const field = document.getElementById('filter'); field.value = 'experts.63'; field.dispatchEvent(new Event('input', {bubbles: true})); })()";
        page.eval(filter).await;
        page.until("an expert of a closed group is found", "document.querySelector('#grid').ariaRowCount === '3'").await;
        page.until("both", "!!document.querySelector('#row-63') && !!document.querySelector('#row-127')").await;
    })
    .await;
}

#[tokio::test]
async fn a_file_without_its_configuration_shows_relative_residuals_and_says_which_file_to_add() {
    in_workbench(async |page| {
        open(&page, "peft_no_config").await;
        page.until("the list", "!!document.querySelector('#row-0')").await;
        assert_eq!(page.text("#row-0 .scale").await, "unknown");
        page.until("the explorer", "!!document.querySelector('.selected [data-lora-rank-explorer]')").await;
        assert_eq!(page.text(".selected [data-part=readout] dt").await, "Frobenius relative residual");
        let body = page.text("body").await;
        assert!(body.contains("adapter_config.json"), "{body}");
    })
    .await;
}

#[tokio::test]
async fn a_git_lfs_pointer_says_what_it_is_and_what_to_do() {
    in_workbench(async |page| {
        open(&page, "git_lfs_pointer").await;
        page.until("the problem", "document.body.textContent.includes('Git LFS')").await;
        let body = page.text("body").await;
        assert!(body.contains("git lfs pull"), "{body}");
        let shown: Value = page.eval("document.querySelector('#grid') === null").await;
        assert_eq!(shown, json!(true), "there are no layers");
    })
    .await;
}
