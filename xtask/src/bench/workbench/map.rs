//! The map of `cargo xtask bench workbench`: 1,001 layers coloured anew in each frame, beside a heat map of Observable Plot with the
//! same numbers in the same browser.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::copy_with;
use crate::bench::page;
use crate::root;
use crate::setup::node;

const SCRIPTS: &str = "<script src=\"frame.js\"></script><script type=\"module\" src=\"ours.js\"></script>";

/// Measures the built page in Chromium and prints a table; nothing without Node.
pub fn bench(built: &Path) -> Result<()> {
    let Some(modules) = node::modules("benches/heatmap", "compare the map with a heat map of Observable Plot")? else {
        println!("xtask: without Node, the map is not compared");
        return Ok(());
    };
    let folder = root().join("target/bench/map");
    copy_with(built, &folder, SCRIPTS)?;
    let own = root().join("benches/heatmap");
    for file in ["frame.js", "ours.js", "plot.js", "plot.html"] {
        fs::copy(own.join(file), folder.join(file))?;
    }
    fs::copy(modules.join("d3/dist/d3.min.js"), folder.join("d3.min.js"))?;
    fs::copy(modules.join("@observablehq/plot/dist/plot.umd.min.js"), folder.join("plot.umd.min.js"))?;

    let text = page::result(&folder, Duration::from_secs(180))?;
    let found: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    let number = |pointer: &str| {
        found.pointer(pointer).and_then(Value::as_f64).with_context(|| format!("the page sent no `{pointer}`: {text}"))
    };
    let (ours, plot) = (number("/ours/median")?, number("/plot/median")?);
    println!(
        "\n| the map while a slider moves, main thread per frame | ours, the whole page | Observable Plot, its heat map alone | ratio | bar |"
    );
    println!("| --- | --- | --- | --- | --- |");
    println!(
        "| {} cells, {} of which change: median, ms | {ours:.1} | {plot:.1} | {:.2}× | ≤ 16 ms, ≤ 0.5× |",
        number("/cells")?,
        number("/changed")?,
        ours / plot
    );
    println!("| … 95 % of frames within, ms | {:.1} | {:.1} | | |", number("/ours/high")?, number("/plot/high")?);
    Ok(())
}
