//! Size against energy over the whole file: what the curve says of a size is what choosing it gives.

use end_to_end::Session;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::files::Tensors;
use crate::page::{give, in_workbench, open_sample, press_button, until_status};

async fn until_curve(page: &Session) {
    page.until("the curve", "!!document.querySelector('.tradeoff input[type=range]')").await;
    page.until("the detail", "!!document.querySelector('.selected input[type=range]')").await;
}

/// Moves the slider of sizes to `percent`, and waits until the file follows.
async fn choose(page: &Session, percent: usize) {
    let slide = format!(
        "(() => {{
            const slider = document.querySelector('.tradeoff input[type=range]');
            slider.value = {percent};
            slider.dispatchEvent(new Event('input', {{bubbles: true}}));
            slider.dispatchEvent(new Event('change', {{bubbles: true}}));
        }})()"
    );
    page.eval(&slide).await;
    let chosen = format!(
        "document.getElementById('way-budget').checked && document.querySelector('.tradeoff [data-part=slider-value]').textContent === '{percent}'"
    );
    page.until("the size", &chosen).await;
}

/// What the curve says of the size that is chosen equals what became of the file.
async fn agrees(page: &Session) {
    let says = "document.querySelector('.tradeoff [data-part=captured-energy]').textContent === document.getElementById('energy-after').textContent
        && document.querySelector('.tradeoff [data-part=caption]').textContent.endsWith('· ' + document.getElementById('bytes-after').textContent)";
    page.until("the same numbers", says).await;
}

#[tokio::test]
async fn every_size_on_the_curve_gives_the_file_that_it_promises() {
    in_workbench(async |page| {
        open_sample(&page).await;
        until_curve(&page).await;
        let first =
            page.eval("+document.querySelector('.tradeoff input[type=range]').min").await.as_u64().expect("a size");
        assert!((5..12).contains(&first), "rank 1 in each layer takes {first} %");
        for percent in [first as usize, 13, 25, 50, 77, 99, 100] {
            choose(&page, percent).await;
            agrees(&page).await;
        }
        assert_eq!(page.text("#energy-after").await, "100.0%");
        page.press_in(".tradeoff", Key::Left).await;
        page.until("a key, too", "document.querySelector('.tradeoff [data-part=slider-value]').textContent === '99'")
            .await;
        agrees(&page).await;

        // What is set by hand is paid first, and the curve is that of the others.
        choose(&page, 50).await;
        let before = page.text("#energy-after").await;
        page.press_in(".selected", Key::Home).await;
        page.until("a rank by hand", "document.querySelector('#row-0 .chosen').ariaLabel === '1, set by hand'").await;
        agrees(&page).await;
        assert_ne!(page.text("#energy-after").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_size_from_the_curve_stands_in_the_field_and_can_be_undone() {
    in_workbench(async |page| {
        open_sample(&page).await;
        until_curve(&page).await;
        choose(&page, 50).await;
        let field = page.eval("parseFloat(document.getElementById('budget').value)").await.as_f64().expect("a number");
        assert!((field - 0.2456).abs() < 0.001, "{field} MiB are half of 503 KiB");
        press_button(&page, "undo").await;
        page.until("the file as it is", "document.getElementById('way-keep').checked").await;
        press_button(&page, "half").await;
        page.until(
            "the marker follows",
            "['50', '51'].includes(document.querySelector('.tradeoff [data-part=slider-value]').textContent)",
        )
        .await;
        agrees_in_energy(&page).await;
        let description = page.text(".tradeoff desc").await;
        assert!(description.contains("90% of the energy need "), "{description}");
    })
    .await;
}

/// The percent below or above may be as near to a size that was typed.
async fn agrees_in_energy(page: &Session) {
    let near = "Math.abs(parseFloat(document.querySelector('.tradeoff [data-part=captured-energy]').textContent) - parseFloat(document.getElementById('energy-after').textContent)) < 1";
    page.until("about the same energy", near).await;
}

#[tokio::test]
async fn without_energy_there_is_no_curve_and_a_reason() {
    in_workbench(async |page| {
        let zero = Tensors::default().tensor("a.lora_down.weight", &[2, 8], |_| 0.0).tensor(
            "a.lora_up.weight",
            &[8, 2],
            |_| 0.0,
        );
        give(&page, &[("zero.safetensors", &zero.bytes())]).await;
        until_status(&page, "1 layer").await;
        page.until("why", "document.querySelector('.tradeoff p')?.textContent.startsWith('No size can be chosen')")
            .await;
        assert_eq!(page.eval("document.querySelector('.tradeoff input')").await, json!(null));
    })
    .await;
}
