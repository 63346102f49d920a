//! What is spoken on the way from a file to a saved one, by keyboard alone.

use end_to_end::Session;
use thirtyfour::prelude::*;

use crate::heard::{given, listen};
use crate::keyboard::{press, tab_to};
use crate::page::{in_workbench, until_saved};

/// For each step the element to go to, the key that is pressed there, a part of what is said in the end, and all that a screen reader is
/// given.
const STEPS: [(&str, Option<Key>, &str, [&str; 3]); 10] = [
    ("#sample", None, "", ["button", "Open the sample", ""]),
    ("#sample", Some(Key::Enter), READ, ["button", "Open the sample", "28 layers, 496 KiB read."]),
    (
        "#way-keep",
        Some(Key::Down),
        "→",
        ["radio", "one rule for all layers", "503 KiB → 205 KiB · 92.4% of the energy · ranks 2 to 14"],
    ),
    (SIZE, None, "", ["slider", "Size, %: 41 % of the size, 205 KiB, 96.0% of the energy kept", ""]),
    (
        SIZE,
        Some(Key::Left),
        "→",
        [
            "slider",
            "Size, %: 40 % of the size, 200 KiB, 95.5% of the energy kept",
            "503 KiB → 200 KiB · 95.5% of the energy · ranks 1 to 16",
        ],
    ),
    (
        "#map",
        Some(Key::Right),
        "",
        [
            "grid",
            "Layers by block and module. Energy kept, %: 90, model.layers.1.mlp.down_proj: 90.1% of the energy, rank 8 of 16",
            "",
        ],
    ),
    ("#grid", Some(Key::Down), "", ["grid", "Layers: …1.mlp.gate_proj 512×256 16 2.00 5 90.2% 2.70", ""]),
    (
        ".selected input[type=range]",
        Some(Key::Home),
        "→",
        [
            "slider",
            "Rank: rank 1, residual 0.192, 37.0% of energy, 768 parameters",
            "503 KiB → 201 KiB · 94.5% of the energy · ranks 1 to 16",
        ],
    ),
    ("#resize", None, "", ["button", "Save the resized adapter", ""]),
    (
        "#resize",
        Some(Key::Enter),
        "Written",
        [
            "button",
            "Save the resized adapter",
            "Written: 201 KiB, saved as adapter_model.safetensors and adapter_config.json.",
        ],
    ),
];

const READ: &str = "read.";
const SIZE: &str = ".tradeoff input[type=range]";

async fn walk(page: Session) {
    listen(&page).await;
    for (element, key, last, expected) in STEPS {
        tab_to(&page, element).await;
        if let Some(key) = key.clone() {
            press(&page, key).await;
        }
        if last == READ {
            // The bar, which tells what a choice does, appears after the list.
            page.until("the bar", "!!document.querySelector('#resize:enabled')").await;
        }
        assert_eq!(given(&page, last).await, expected, "{element} {key:?}");
    }
    until_saved(&page, &["adapter_model.safetensors", "adapter_config.json"]).await;
}

#[tokio::test]
async fn each_step_from_a_file_to_a_saved_one_is_spoken_once() {
    in_workbench(walk).await;
}
