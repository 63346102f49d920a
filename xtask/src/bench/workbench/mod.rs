//! `cargo xtask bench workbench`: the page for people who have files, measured in headless Chromium.

mod map;
mod reading;
mod whole;

use std::fs;
use std::path::Path;
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

/// What is measured in one browser.
struct Part {
    /// Uses the page as a person would, and posts figures to `/result`.
    script: &'static str,
    /// The figures that it posts: key, name in the table, decimals.
    figures: &'static [(&'static str, &'static str, usize)],
}

const PARTS: [Part; 2] = [whole::PART, reading::PART];

/// Builds the page and the file, measures in Chromium, and prints a table. Only tasks of 50 ms or more count; 0 means none.
pub fn bench() -> Result<()> {
    let folder = root().join("target/bench/workbench");
    let page = build(WORKBENCH)?;
    copy_with(&page, &folder, SCRIPT)?;
    adapter::sample(Some(&folder.join("large")), true)?;

    let mut table = "\n| figure | |\n| --- | --- |\n".to_owned();
    for Part { script, figures } in PARTS {
        fs::write(folder.join("measure.js"), script)?;
        let text = page::result(&folder, Duration::from_secs(300))?;
        let found: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
        for (key, name, decimals) in figures {
            let value = found[key].as_f64().with_context(|| format!("the page sent no `{key}`: {text}"))?;
            table += &format!("| {name} | {value:.decimals$} |\n");
        }
    }
    println!("{table}");
    map::bench(&page)
}

/// Copies the built page to `folder`, with `scripts` before its own.
fn copy_with(page: &Path, folder: &Path, scripts: &str) -> Result<()> {
    remove(folder)?;
    copy(page, folder)?;
    let index = fs::read_to_string(folder.join("index.html"))?;
    let Some((head, rest)) = index.split_once("<script type=\"module\"") else { bail!("the page has no script") };
    Ok(fs::write(folder.join("index.html"), format!("{head}{scripts}<script type=\"module\"{rest}"))?)
}
