//! What is spoken on the way from a file to a saved one, by keyboard alone.

use end_to_end::Session;
use thirtyfour::prelude::*;

use crate::heard::{given, listen};
use crate::keyboard::{press, tab_to};
use crate::page::{in_workbench, until_saved};

/// For each step the element to go to, the key that is pressed there, what is said in the end, and what a screen reader is given.
const STEPS: [(&str, Option<Key>, &str, [&str; 3]); 10] = [
    ("#sample", None, "", ["", "", ""]),
    ("#sample", Some(Key::Enter), "28 layers, 496 KiB read.", ["", "", ""]),
    ("#way-keep", Some(Key::Down), "496 KiB →", ["", "", ""]),
    (".tradeoff input[type=range]", None, "", ["", "", ""]),
    (".tradeoff input[type=range]", Some(Key::Left), "496 KiB →", ["", "", ""]),
    ("#map", Some(Key::Right), "", ["", "", ""]),
    ("#grid", Some(Key::Down), "", ["", "", ""]),
    (".selected input[type=range]", Some(Key::Home), "496 KiB →", ["", "", ""]),
    ("#resize", None, "", ["", "", ""]),
    ("#resize", Some(Key::Enter), "Written", ["", "", ""]),
];

async fn walk(page: Session) {
    listen(&page).await;
    for (element, key, last, expected) in STEPS {
        tab_to(&page, element).await;
        if let Some(key) = key {
            press(&page, key).await;
        }
        println!("{:?} {expected:?}", given(&page, last).await);
    }
    until_saved(&page, &["adapter_model.safetensors", "adapter_config.json"]).await;
}

#[tokio::test]
async fn each_step_from_a_file_to_a_saved_one_is_spoken_once() {
    in_workbench(walk).await;
}
