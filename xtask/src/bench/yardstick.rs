//! The yardstick: the same component in React 19 with motion 14, and the script that measures both pages alike. It is not part of
//! this project. It is copied to the cache folder and installed and built there.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::command::{find, output, run};
use crate::root;
use crate::setup::cached;
use crate::setup::engine::Engine;

const SCRIPT: &str = "measure.mjs";

/// A built copy of the yardstick.
pub struct Yardstick {
    folder: PathBuf,
}

/// A page to measure: its server's URL, and the paths of the product page and of the page with the hooks.
pub struct Page {
    pub name: &'static str,
    pub url: String,
    pub product: &'static str,
    pub bench: &'static str,
    pub hooks: Value,
}

impl Yardstick {
    /// Copies and builds the yardstick in `source`, by default the one beside the checkout.
    pub fn set_up(source: Option<&str>) -> Result<Self> {
        let source = source.map_or_else(|| root().join("../shared/yardstick-react"), PathBuf::from);
        if !source.join(SCRIPT).is_file() {
            bail!(
                "there is no {SCRIPT} in {}: this benchmark compares with the yardstick's page and measures with its script, \
                 which are not part of this project. Give its folder with --yardstick FOLDER",
                source.display()
            );
        }
        let (Some(_), Some(npm)) = (find("node"), find("npm")) else {
            bail!("the yardstick's script needs Node with npm, which are not installed");
        };
        Engine::Chromium.set_up()?;
        let folder = cached(&format!("yardstick-react-{:016x}", hash(&source)?), |partial| {
            println!("xtask: building the yardstick (once)");
            copy(&source, partial)?;
            run(Command::new(&npm).current_dir(partial).args(["ci", "--silent"]))?;
            run(Command::new(&npm).current_dir(partial).args(["run", "--silent", "build"]).stdout(Stdio::null()))
        })?;
        Ok(Self { folder })
    }

    /// The folder with the yardstick's own pages.
    pub fn pages(&self) -> PathBuf {
        self.folder.join("dist")
    }

    /// Measures one `section` of `page` and returns the script's output.
    pub fn measure(&self, page: &Page, section: &str, options: &[&str]) -> Result<Value> {
        let work = root().join("target/bench");
        fs::create_dir_all(&work)?;
        let (config, found) = (work.join("config.json"), work.join(format!("{}-{section}.json", page.name)));
        fs::write(&config, config_of(page).to_string())?;
        println!("xtask: measuring {section} of {}", page.name);
        run(Command::new("node")
            .arg(self.folder.join(SCRIPT))
            .args(["--url", &page.url, "--only", section])
            .args(options)
            .arg("--config")
            .arg(&config)
            .arg("--out")
            .arg(&found)
            .stdout(Stdio::null()))?;
        let text = fs::read_to_string(&found)?;
        let mut all: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", found.display()))?;
        Ok(all[section].take())
    }

    /// The bytes of WebAssembly memory of `page` after one thousand cycles of mounting and unmounting, and after three thousand.
    /// The yardstick's script only measures the JavaScript heap.
    pub fn wasm_memory(&self, page: &Page) -> Result<Value> {
        let script = self.folder.join("wasm-memory.mjs");
        fs::write(&script, include_str!("memory.mjs"))?;
        println!("xtask: measuring wasm memory of {}", page.name);
        let url = format!("{}{}?n=0", page.url.trim_end_matches('/'), page.bench);
        let mut node = Command::new("node");
        let chromium = Engine::Chromium.program().context("Chromium was not found")?;
        let bytes = output(node.arg(script).arg(url).arg(chromium))?;
        Ok(serde_json::from_str(&bytes)?)
    }
}

/// The script's configuration for a page. Pages only differ in name, paths and hooks.
fn config_of(page: &Page) -> Value {
    let bench = |n: usize| format!("{}?n={n}", page.bench);
    json!({
        "name": page.name,
        "root": "[role=figure]",
        "slider": "input[type=range]",
        "readout": "dl",
        "pages": {
            "main": page.product,
            "single": bench(8),
            "svd": bench(0),
            "lifecycle": bench(0),
            "drag": [
                { "id": "8x8", "path": bench(8), "ranks": 8, "cycles": 30 },
                { "id": "64x64", "path": bench(64), "ranks": 64, "cycles": 4, "warmup": 1, "traceCycles": 2 },
                { "id": "512x512", "path": bench(512), "ranks": 512, "cycles": 1, "warmup": 1, "traceCycles": 1 },
            ],
        },
        "hooks": page.hooks,
        // The first thousand warms up; the measurement runs from there to three thousand.
        "heap": { "cycles": [1000, 2000] },
    })
}

/// A hash of the yardstick's files.
fn hash(folder: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    each_file(folder, &mut |file| {
        file.strip_prefix(folder)?.hash(&mut hasher);
        fs::read(file)?.hash(&mut hasher);
        Ok(())
    })?;
    Ok(hasher.finish())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    each_file(from, &mut |file| {
        let target = to.join(file.strip_prefix(from)?);
        fs::create_dir_all(target.parent().context("a file without a folder")?)?;
        // Copy only the contents: the source may be read-only, but the copy must not be.
        fs::write(target, fs::read(file)?)?;
        Ok(())
    })
}

/// Calls `run` for every file below `folder`, sorted by name, except in `node_modules` and `dist`.
fn each_file(folder: &Path, run: &mut impl FnMut(&Path) -> Result<()>) -> Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_file() {
            run(&path)?;
        } else if !["node_modules", "dist"].iter().any(|made| entry.file_name() == *made) {
            each_file(&path, run)?;
        }
    }
    Ok(())
}
