//! `cargo xtask bench workbench`: the adapter of a whole model in the page, measured in headless Chromium.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::page;
use crate::build::{build, copy};
use crate::examples::WORKBENCH;
use crate::setup::remove;
use crate::{adapter, root};

/// Placed before the page's own script, so that it measures everything.
const SCRIPT: &str = "<script type=\"module\" src=\"measure.js\"></script>";

/// The figures that the script sends: key, name in the table, decimals.
const FIGURES: [(&str, &str, usize); 20] = [
    ("file", "the file, MB", 1),
    ("layers", "its layers", 0),
    ("read", "from choosing it to the last spectrum, s", 2),
    ("readTask", "… longest task on the main thread, ms", 0),
    ("readFrame", "… longest time between two frames, ms", 0),
    ("workerMemory", "… wasm memory of the worker, MB", 1),
    ("pageMemory", "… wasm memory of the page, MB", 1),
    ("heap", "… largest JavaScript heap of the page, MB", 1),
    ("ruleTask", "another rule for all layers: longest task, ms", 0),
    ("budgetTask", "another size: longest task, ms", 0),
    ("resize", "writing the file with half the bytes, s", 2),
    ("resizeTask", "… longest task, ms", 0),
    ("expertsList", "48 × 128 experts × 3, a pair each: from choosing the file to the list, s", 2),
    ("expertsListTask", "… longest task, ms", 0),
    ("expertsRead", "… to the last spectrum, s", 2),
    ("expertsReadTask", "… longest task, ms", 0),
    ("manyTask", "1,000 layers of 4096×4096 from saved spectra: longest task, ms", 0),
    ("manyRuleTask", "… another rule for all: longest task, ms", 0),
    ("scrollFrame", "… scrolling through the list: 95 % of frames within, ms", 1),
    ("scrollTask", "… longest task, ms", 0),
];

/// Builds the page and the file, measures in Chromium, and prints a table. Only tasks of 50 ms or more count; 0 means none.
pub fn bench() -> Result<()> {
    let folder = root().join("target/bench/workbench");
    remove(&folder)?;
    let page = build(WORKBENCH)?;
    copy(&page, &folder)?;
    adapter::sample(Some(&folder.join("large")), true)?;
    fs::write(folder.join("measure.js"), include_str!("workbench.js"))?;
    let index = fs::read_to_string(folder.join("index.html"))?;
    let Some((head, rest)) = index.split_once("<script type=\"module\"") else { bail!("the page has no script") };
    fs::write(folder.join("index.html"), format!("{head}{SCRIPT}<script type=\"module\"{rest}"))?;

    let text = page::result(&folder, Duration::from_secs(300))?;
    let found: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    println!("\n| figure | |\n| --- | --- |");
    for (key, name, decimals) in FIGURES {
        let value = found[key].as_f64().with_context(|| format!("the page sent no `{key}`: {text}"))?;
        println!("| {name} | {value:.decimals$} |");
    }
    Ok(())
}
