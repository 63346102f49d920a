//! `cargo xtask test`: runs every check of the project and prints one line for each at the end.

mod suites;
mod times;
mod watched;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::adapter;
use crate::command::{output, run};
use crate::root;
use crate::server;
use crate::setup::engine::{Browser, Engine};
use crate::setup::wasm::Toolchain;
use suites::Tests;
use times::Times;

enum Step {
    Once(fn() -> Result<()>),
    InEachEngine(fn(&Browser) -> Result<Tests>),
}

const STEPS: [(&str, Step); 10] = [
    ("format", Step::Once(format)),
    ("clippy", Step::Once(clippy)),
    ("clippy-wasm", Step::Once(clippy_wasm)),
    ("features", Step::Once(features)),
    ("native", Step::Once(native)),
    ("adapter-oracle", Step::Once(adapter::oracle)),
    (suites::BROWSER, Step::InEachEngine(suites::browser)),
    (suites::END_TO_END, Step::InEachEngine(suites::end_to_end)),
    ("load", Step::Once(suites::load)),
    ("doc", Step::Once(doc)),
];

/// The default engines: Chromium, and the others that are installed.
pub fn usual_engines() -> Vec<Engine> {
    Engine::ALL.into_iter().filter(|engine| *engine == Engine::Chromium || engine.is_here()).collect()
}

/// Runs the steps named, or all of them. A step that fails does not stop the ones after it.
pub fn test(names: &[&str], engines: &[Engine]) -> Result<()> {
    let known = STEPS.map(|(name, _)| name);
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no step `{unknown}`; the steps are: {}", known.join(", "));
    }
    let mut summary = Summary::new();
    for (name, step) in STEPS {
        if !names.is_empty() && !names.contains(&name) {
            continue;
        }
        match step {
            Step::Once(step) => summary.add(name, None, || step().map(|()| None)),
            Step::InEachEngine(suite) => {
                for engine in Engine::ALL {
                    match engines.contains(&engine) {
                        true => summary.add(name, Some(engine), || suite(&engine.set_up()?).map(Some)),
                        false => summary.leave_out(name, engine),
                    }
                }
            }
        }
    }
    summary.print()
}

/// The summary that is printed at the end.
struct Summary {
    lines: Vec<String>,
    times: Times,
    /// The number of tests that passed in each suite and engine.
    passed: Vec<(&'static str, Engine, usize)>,
    left_out: Vec<String>,
    failed: usize,
}

impl Summary {
    fn new() -> Self {
        let times = Times::in_folder(&root().join("target"));
        Self { lines: Vec::new(), times, passed: Vec::new(), left_out: Vec::new(), failed: 0 }
    }

    fn add(&mut self, step: &'static str, engine: Option<Engine>, work: impl FnOnce() -> Result<Option<Tests>>) {
        let name = format!("{step:<12} {:<9}", engine.map_or("", Engine::name));
        println!("\nxtask: {name}");
        let start = Instant::now();
        let result = work();
        let time = start.elapsed();
        match result {
            Ok(None) => self.line(&name, "ok", time, ""),
            Ok(Some(tests)) => {
                self.line(&name, "ok", time, &format!("{} tests", tests.passed));
                self.passed.extend(engine.map(|engine| (step, engine, tests.passed)));
                self.left_out.extend(tests.left_out.iter().map(|test| format!("{name} {test}")));
            }
            Err(error) => {
                eprintln!("xtask: {error:#}");
                self.line(&name, "FAILED", time, &format!("{error:#}"));
                self.failed += 1;
            }
        }
    }

    fn line(&mut self, name: &str, outcome: &str, time: Duration, more: &str) {
        let time = self.times.add(name.trim_end(), time, outcome == "ok");
        let line = format!("{name} {outcome:<6} {time}  {more}");
        self.lines.push(line.trim_end().to_owned());
    }

    fn leave_out(&mut self, step: &str, engine: Engine) {
        self.left_out.push(format!("{step:<12} {:<9} everything: `--engines all` installs and runs it", engine.name()));
    }

    /// Prints how many tests passed in each engine, one line for each suite.
    fn print_table(&self) {
        let mut suites: Vec<_> = self.passed.iter().map(|(suite, ..)| *suite).collect();
        suites.dedup();
        if !suites.is_empty() {
            println!("\n{:<12}{}", "passed", Engine::ALL.map(|engine| format!("{:>10}", engine.name())).concat());
        }
        for suite in suites {
            let count = |engine| self.passed.iter().find(|passed| (passed.0, passed.1) == (suite, engine));
            let cells = Engine::ALL.map(|engine| count(engine).map_or("–".to_owned(), |passed| passed.2.to_string()));
            println!("{suite:<12}{}", cells.map(|cell| format!("{cell:>10}")).concat());
        }
    }

    fn print(self) -> Result<()> {
        println!("\n{:<22} {:<6} {:>7} {:>7}", "", "", "time", "before");
        println!("{}", self.lines.join("\n"));
        self.print_table();
        if !self.left_out.is_empty() {
            println!("\nnot run:\n{}", self.left_out.join("\n"));
        }
        let (failed, steps) = (self.failed, self.lines.len());
        self.times.write()?;
        if failed > 0 {
            bail!("{failed} of {steps} steps failed");
        }
        Ok(())
    }
}

fn cargo(words: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(words).current_dir(root());
    cargo
}

const PACKAGE: &str = "lora-rank-explorer";

/// The feature that native checks enable.
const ADAPTER: &str = "lora-rank-explorer/adapter";

fn format() -> Result<()> {
    run(&mut cargo(&["fmt", "--all", "--check"]))?;
    for workspace in ["examples", "examples/ssr"] {
        run(cargo(&["fmt", "--all", "--check"]).current_dir(root().join(workspace)))?;
    }
    Ok(())
}

fn clippy() -> Result<()> {
    run(&mut cargo(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--exclude",
        "browser-tests",
        "--features",
        ADAPTER,
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    let mut server = cargo(&["clippy", "--quiet", "--features", "ssr", "--", "-Dwarnings"]);
    run(server.current_dir(server::folder()).env("CARGO_TARGET_DIR", root().join("target")))
}

fn clippy_wasm() -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    run(toolchain.cargo("clippy").args([
        "--quiet",
        "--package",
        "browser-tests",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    run(toolchain.cargo("clippy").current_dir(root().join("examples")).args([
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]))?;
    for features in ["hydrate", "islands"] {
        let mut clippy = toolchain.cargo("clippy");
        run(clippy.current_dir(server::folder()).args(["--quiet", "--features", features, "--", "-Dwarnings"]))?;
    }
    Ok(())
}

/// The features that an app may use: without Leptos, on a server, in the browser. The step `clippy` checks `adapter` alone.
/// Editors and documentation tools enable all features together; `nightly` has no effect there without that compiler.
fn features() -> Result<()> {
    let check = |mut cargo: Command, options: &[&str], more: &[&str]| {
        println!("xtask: features {}", options.join(" "));
        run(cargo.current_dir(root()).args(["--quiet", "--package", PACKAGE]).args(options).args(more))
    };
    const WARNINGS: [&str; 2] = ["--", "-Dwarnings"];
    const TESTS: [&str; 3] = ["--all-targets", "--", "-Dwarnings"];
    check(cargo(&["clippy"]), &["--no-default-features"], &TESTS)?;
    check(cargo(&["clippy"]), &["--features", "ssr,islands"], &TESTS)?;
    check(cargo(&["clippy"]), &["--all-features"], &TESTS)?;
    let toolchain = Toolchain::set_up()?;
    for features in ["csr", "hydrate,islands,adapter"] {
        check(toolchain.cargo("clippy"), &["--features", features], &WARNINGS)?;
    }
    without_leptos(&[])?;
    without_leptos(&["--features", "adapter"])?;
    nightly()
}

/// Fails if the library with these features still depends on Leptos, web-sys or wasm-bindgen.
fn without_leptos(features: &[&str]) -> Result<()> {
    let mut tree = cargo(&["tree", "--package", PACKAGE, "--edges", "normal", "--prefix", "none"]);
    let tree = output(tree.args(features))?;
    match tree.lines().find(|line| ["leptos ", "web-sys ", "wasm-bindgen "].iter().any(|name| line.starts_with(name))) {
        Some(found) => {
            bail!("without `component`, the library still depends on {found} (options: {})", features.join(" "))
        }
        None => Ok(()),
    }
}

/// Checks the feature `nightly` with each of the others, if that compiler is installed.
fn nightly() -> Result<()> {
    let nightly = || {
        let mut rustup = Command::new("rustup");
        // The cargo that runs this process has set these variables to another release.
        rustup.args(["run", "nightly", "cargo"]).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
        rustup
    };
    if !nightly().arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("xtask: no nightly compiler is installed, so the feature `nightly` is not checked");
        return Ok(());
    }
    for features in ["nightly,csr", "nightly,hydrate,islands", "nightly,ssr,islands"] {
        println!("xtask: features {features}");
        let mut check = nightly();
        check.arg("check").current_dir(root()).env("CARGO_TARGET_DIR", root().join("target/nightly"));
        run(check.args(["--quiet", "--package", PACKAGE, "--features", features]))?;
    }
    Ok(())
}

/// Tests the numerics, rules and files without Leptos, then the component's native tests and the server's half.
fn native() -> Result<()> {
    run(cargo(&["test", "--quiet", "--package", PACKAGE, "--package", "xtask"]).args([
        "--features",
        ADAPTER,
        "--lib",
        "--bins",
        "--tests",
    ]))?;
    // The pure modules of the adapter page.
    let mut page = cargo(&["test", "--quiet", "--package", adapter::NAME]);
    run(page.current_dir(root().join("examples")).env("CARGO_TARGET_DIR", root().join("target")))?;
    let with_leptos = |features: &[&str], targets: &[&str]| {
        run(cargo(&["test", "--quiet", "--package", PACKAGE]).args(features).args(targets))
    };
    let server = ["--features", "ssr,islands,adapter"];
    with_leptos(&server, &["--lib", "--test", "server", "--test", "foreign_rows"])?;
    with_leptos(&server, &["--doc"])?;
    with_leptos(&["--all-features"], &["--test", "mixed_features"])
}

/// Builds the documentation with the features that docs.rs shows.
fn doc() -> Result<()> {
    run(cargo(&["doc", "--quiet", "--no-deps", "--package", PACKAGE, "--package", "xtask"])
        .args(["--features", "lora-rank-explorer/ssr,lora-rank-explorer/islands,lora-rank-explorer/adapter"])
        .env("RUSTDOCFLAGS", "-Dwarnings"))
}
