//! Writing the adapter with other ranks.

use end_to_end::Session;
use lora_rank_explorer::adapter::{Adapter, sample};
use serde_json::json;

use crate::files::from_base64;
use crate::page::{chosen, in_workbench, open_sample, show_all_rows, until_saved, until_status, until_written};

/// Keeps the blobs that the page makes URLs for.
pub async fn keep_blobs(page: &Session) {
    page.eval(
        "(() => {
            const original = URL.createObjectURL;
            window.blobs = [];
            URL.createObjectURL = (blob) => {
                // Not the scripts of workers.
                if (blob.type !== 'text/javascript') window.blobs.push(blob);
                return original.call(URL, blob);
            };
        })()",
    )
    .await;
}

/// The bytes of the kept blob at `index`.
pub async fn blob(page: &Session, index: usize) -> Vec<u8> {
    let script = "
        const [index, done] = arguments;
        const reader = new FileReader();
        reader.onload = () => done(reader.result.split(',')[1] ?? '');
        reader.readAsDataURL(window.blobs[index]);";
    let text = page.execute_async(script, vec![json!(index)]).await.expect("a blob").json().clone();
    from_base64(text.as_str().expect("text"))
}

#[tokio::test]
async fn the_resized_adapter_has_the_chosen_ranks_and_truncated_spectra() {
    in_workbench(async |page| {
        open_sample(&page).await;
        keep_blobs(&page).await;
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        show_all_rows(&page).await;
        let ranks = chosen(&page).await;
        assert_eq!(ranks.len(), 28, "all rows are rendered");
        page.click("resize").await;
        until_written(&page).await;
        until_saved(&page, &["adapter_model.safetensors", "adapter_config.json"]).await;

        let (file, config) = (blob(&page, 0).await, String::from_utf8(blob(&page, 1).await).expect("text"));
        let resized = Adapter::open(&mut &file[..], file.len() as u64, Some(&config)).expect("a safetensors file");
        assert!(resized.problems().is_empty(), "{:?}", resized.problems());
        assert_eq!(resized.layers().iter().map(|layer| layer.rank()).collect::<Vec<_>>(), ranks);
        let old = sample();
        let old_adapter =
            Adapter::open(&mut &old.file[..], old.file.len() as u64, Some(&old.config)).expect("the sample");
        for (new, old_layer) in resized.layers().iter().zip(old_adapter.layers()) {
            assert_eq!((new.module(), new.scale().value()), (old_layer.module(), old_layer.scale().value()));
            let values = new.read(&mut &file[..]).expect("factors").spectrum().expect("memory");
            let expected = old_layer.read(&mut &old.file[..]).expect("factors").spectrum().expect("memory");
            let largest = expected.singular_values()[0];
            for (j, value) in values.singular_values()[..new.rank()].iter().enumerate() {
                let error = (value - expected.singular_values()[j]).abs() / largest;
                assert!(error < 4e-3, "{}: σ{} is off by {error:e}·σ₁, more than BF16 rounds", new.module(), j + 1);
            }
        }

        page.click("open-resized").await;
        until_status(&page, "28 layers, 198 KiB read.").await;
        page.until("the ranks", "document.querySelector('#row-0 .rank')?.textContent === '14'").await;
        assert_eq!(page.text("#file-name").await, "adapter_model.safetensors");
    })
    .await;
}

#[tokio::test]
async fn one_press_writes_and_saves_and_another_saves_what_is_written() {
    in_workbench(async |page| {
        let names = ["adapter_model.safetensors", "adapter_config.json"];
        open_sample(&page).await;
        page.click("way-rule").await;
        page.until("ranks", "document.getElementById('ranks-after').textContent === '2 to 14'").await;
        keep_blobs(&page).await;
        page.click("resize").await;
        until_saved(&page, &names).await;
        let said = "document.getElementById('resized').textContent";
        assert_eq!(
            page.eval(said).await,
            json!("Written: 205 KiB, saved as adapter_model.safetensors and adapter_config.json.")
        );
        page.click("resize").await;
        until_saved(&page, &[names, names].concat()).await;
        page.click("save-config").await;
        until_saved(&page, &[&[names, names].concat()[..], &names[1..]].concat()).await;
        assert_eq!(page.eval("blobs.length").await, json!(2), "it was written once");
    })
    .await;
}

#[tokio::test]
async fn changing_the_choice_discards_the_written_file() {
    in_workbench(async |page| {
        open_sample(&page).await;
        page.click("resize").await;
        until_written(&page).await;
        page.click("way-rule").await;
        page.until("no file", "document.getElementById('resized').textContent === ''").await;
        page.click("resize").await;
        until_written(&page).await;
    })
    .await;
}
