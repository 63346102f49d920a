//! `cargo xtask bench view`: what the view costs, compared with the same component in React, measured in one run.

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::yardstick::Yardstick;
use crate::build::build;
use crate::{dev_server, root};

/// The script's sections. Each is measured on both pages before the next, so that a drift of the machine affects both alike.
const SECTIONS: [&str; 6] = ["size", "load", "drag", "move", "mount", "heap"];

/// A line of the table.
struct Figure {
    name: &'static str,
    /// The JSON pointer to the figure in the script's output.
    pointer: &'static str,
    /// The pointer to the same figure of a page that contains only a range input.
    bare: Option<&'static str>,
    /// The factor that makes it readable, such as bytes to kB.
    scale: f64,
    decimals: usize,
    bar: Bar,
}

enum Bar {
    /// The largest allowed share of React's figure, and the share aimed at; with a bare input, of what each has above it.
    Share(f64, Option<f64>),
    AtMost(f64),
    None,
}

#[rustfmt::skip]
const FIGURES: [Figure; 15] = [
    Figure::new("JavaScript, CSS and wasm, brotli 11, kB", "/size/jsCssAndWasm/brotli11", 1e-3, 1, Bar::Share(0.63, Some(0.57))),
    Figure::drag("main-thread CPU per dragged frame, 8×8, ms", "/drag/8x8/cpuMsPerFrame/TaskDuration/median", "/drag/bare-range-8/cpuMsPerFrame/TaskDuration/median"),
    Figure::drag("… 64×64, ms", "/drag/64x64/cpuMsPerFrame/TaskDuration/median", "/drag/bare-range-64/cpuMsPerFrame/TaskDuration/median"),
    Figure::drag("… 512 ranks, ms", "/drag/512x512/cpuMsPerFrame/TaskDuration/median", "/drag/bare-range-512/cpuMsPerFrame/TaskDuration/median"),
    Figure::new("100 explorers that move at once, main-thread CPU per frame, ms", "/move/cpuMsPerFrame/TaskDuration/median", 1.0, 2, Bar::Share(0.5, None)),
    Figure::new("100 explorers in the DOM (warm), ms", "/mount/warmInDomMs/median", 1.0, 1, Bar::Share(0.6, Some(0.3))),
    Figure::new("… rendered, ms", "/mount/warmRenderedMs/median", 1.0, 1, Bar::Share(0.6, Some(0.3))),
    Figure::new("JavaScript heap per explorer, kB", "/mount/heapBytesPerInstance/median", 1e-3, 1, Bar::Share(0.6, None)),
    Figure::new("leaked per mount cycle, JavaScript heap, B", "/heap/perCycle/1/usedBytes/median", 1.0, 0, Bar::AtMost(33.0)),
    Figure::new("wasm memory after 1,000 cycles, kB", "/heap/points/1/wasmBytes/median", 1e-3, 0, Bar::None),
    Figure::new("… after 3,000 cycles, kB", "/heap/points/2/wasmBytes/median", 1e-3, 0, Bar::None),
    Figure::new("cold load to interactive, ms", "/load/main_cpu1x/interactive/median", 1.0, 0, Bar::Share(0.8, Some(0.6))),
    Figure::new("… 4× CPU throttle, ms", "/load/main_cpu4x/interactive/median", 1.0, 0, Bar::Share(0.8, Some(0.6))),
    Figure { bare: Some("/drag/bare-range-8/idleTaskCpuMsPerSecond/median"), ..Figure::new("idle page, ms CPU per second", "/drag/8x8/idleTaskCpuMsPerSecond/median", 1.0, 2, Bar::AtMost(0.5)) },
    Figure::new("page with a 512×512 target, time to ready, ms", "/drag/512x512/navigationToReadyMs/median", 1.0, 0, Bar::AtMost(500.0)),
];

/// Measures the sections that `only` lists, or all, and prints the table. `before` is the `dist` folder of another state of the project, in
/// which its own `cargo xtask build` has left `quickstart` and `bench`: those pages are measured in the same run.
pub fn view(only: Option<&str>, before: Option<&str>) -> Result<()> {
    let sections = only.map_or_else(|| SECTIONS.to_vec(), |names| names.split(',').collect());
    if let Some(unknown) = sections.iter().find(|section| !SECTIONS.contains(section)) {
        bail!("there is no section `{unknown}`; the sections are: {}", SECTIONS.join(", "));
    }

    let yardstick = Yardstick::set_up()?;
    build("quickstart")?;
    if sections != ["size"] {
        build("bench")?;
    }
    let react = dev_server::in_background(&yardstick.pages())?;
    let ours = dev_server::in_background(&root().join("dist"))?;
    let before = before.map(|dist| dev_server::in_background(Path::new(dist))).transpose()?;
    let pages = [Some(("react", react)), Some(("ours", ours)), before.map(|url| ("ours", url))];
    let mut found = [Map::new(), Map::new(), Map::new()];
    for section in sections {
        for (page, found) in pages.iter().zip(&mut found) {
            let Some((config, url)) = page else { continue };
            found.insert(section.to_owned(), yardstick.measure(config, url, section)?);
        }
    }
    print(&found.map(Value::Object));
    Ok(())
}

fn print(found: &[Value; 3]) {
    println!("\n| figure | React | bare range input | ours | ratio | bar | aim | before | of before |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for figure in &FIGURES {
        let read = |pointer| {
            let value = |page: &Value| page.pointer(pointer).and_then(Value::as_f64).map(|value| value * figure.scale);
            found.each_ref().map(value)
        };
        let [react, ours, before] = read(figure.pointer);
        // Each page is measured beside its own bare input, so a slowdown between the two pages affects both numbers.
        let bare = figure.bare.map_or([None; 3], read);
        let Some(measured) = ours else { continue };
        let above = |page: Option<f64>, bare: Option<f64>| page.map(|page| page - bare.unwrap_or(0.0));
        let ratio_to = |page, bare_of_page| {
            above(ours, bare[1]).zip(above(page, bare_of_page)).map(|(ours, page)| format!("{:.2}×", ours / page))
        };
        let (ratio, of_before) = (ratio_to(react, bare[0]), ratio_to(before, bare[2]));
        let (ratio, bar, aim) = match figure.bar {
            Bar::Share(bar, aim) => (ratio, format!("≤ {bar}×"), aim.map(|aim| format!("{aim}×"))),
            Bar::AtMost(bar) => (None, format!("≤ {bar}"), None),
            Bar::None => (None, String::new(), None),
        };
        let number = |value: f64| format!("{value:.*}", figure.decimals);
        let bare = bare[0].zip(bare[1]).map(|(react, ours)| format!("{} / {}", number(react), number(ours)));
        let cells =
            [react.map(number), bare, Some(number(measured)), ratio, Some(bar), aim, before.map(number), of_before];
        println!("| {} | {} |", figure.name, cells.map(Option::unwrap_or_default).join(" | "));
    }
}

impl Figure {
    const fn new(name: &'static str, pointer: &'static str, scale: f64, decimals: usize, bar: Bar) -> Self {
        Self { name, pointer, bare: None, scale, decimals, bar }
    }

    const fn drag(name: &'static str, pointer: &'static str, bare: &'static str) -> Self {
        Self { bare: Some(bare), ..Self::new(name, pointer, 1.0, 2, Bar::Share(0.6, Some(0.3))) }
    }
}
