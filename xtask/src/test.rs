//! `cargo xtask test`: every check of the project, one line each at the end.

mod suites;
mod times;
mod watched;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::adapter;
use crate::command::run;
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

/// The engines that are used where nobody says which: Chromium, and what else is here.
pub fn usual_engines() -> Vec<Engine> {
    Engine::ALL.into_iter().filter(|engine| *engine == Engine::Chromium || engine.is_here()).collect()
}

/// Runs the steps named, or all of them. A step that fails does not stop the ones after it.
pub fn test(names: &[&str], engines: &[Engine]) -> Result<()> {
    let known = STEPS.map(|(name, _)| name);
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no step `{unknown}`; there are: {}", known.join(", "));
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

/// What is printed at the end.
struct Summary {
    lines: Vec<String>,
    times: Times,
    /// How many tests passed in which suite and engine.
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
        self.left_out
            .push(format!("{step:<12} {:<9} everything: `--engines all` sets it up and runs it", engine.name()));
    }

    /// How many tests passed in each engine, one line for each suite.
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

/// The feature that native checks switch on; without it, the library is checked where the examples and browser tests use it.
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

/// What an app may use Leptos with: nothing yet (a crate in between), the browser, the server. `nightly` goes with each, and is
/// checked where that compiler is installed.
fn features() -> Result<()> {
    const NATIVE: [&str; 3] = ["", "ssr", "ssr,islands"];
    const IN_BROWSER: [&str; 5] = ["", "csr", "hydrate", "hydrate,islands", "csr,adapter"];
    const NIGHTLY: [&str; 6] =
        ["nightly", "nightly,csr", "nightly,hydrate", "nightly,ssr", "nightly,hydrate,islands", "nightly,ssr,islands"];
    let with = |cargo: &mut Command, features: &str, options: &[&str]| {
        println!("xtask: features [{features}]");
        cargo.current_dir(root()).args(["--quiet", "--package", "lora-rank-explorer", "--features", features]);
        run(cargo.args(options))
    };
    for features in NATIVE {
        with(&mut cargo(&["clippy"]), features, &["--all-targets", "--", "-Dwarnings"])?;
    }
    for features in ["ssr,csr", "ssr,hydrate"] {
        println!("xtask: features [{features}], which must be refused");
        let refused = cargo(&["check", "--quiet", "--features", features]).output()?;
        if !String::from_utf8_lossy(&refused.stderr).contains("`ssr` excludes `csr` and `hydrate`") {
            bail!("the features {features} are not refused, or without a reason");
        }
    }
    let toolchain = Toolchain::set_up()?;
    for features in IN_BROWSER {
        with(&mut toolchain.cargo("clippy"), features, &["--", "-Dwarnings"])?;
    }
    let nightly = || {
        let mut rustup = Command::new("rustup");
        // This process runs inside a cargo of another release, which left its name here.
        rustup.args(["run", "nightly", "cargo"]).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
        rustup
    };
    if !nightly().arg("--version").output().is_ok_and(|output| output.status.success()) {
        println!("xtask: no nightly compiler is installed, so the feature `nightly` is not checked");
        return Ok(());
    }
    for features in NIGHTLY {
        with(nightly().arg("check").env("CARGO_TARGET_DIR", root().join("target/nightly")), features, &[])?;
    }
    Ok(())
}

fn native() -> Result<()> {
    run(cargo(&["test", "--quiet", "--package", "lora-rank-explorer", "--package", "xtask"])
        .args(["--features", ADAPTER]))?;
    // The pure parts of a page.
    let mut page = cargo(&["test", "--quiet", "--package", adapter::NAME]);
    run(page.current_dir(root().join("examples")).env("CARGO_TARGET_DIR", root().join("target")))?;
    // The server's half: what is not there without `ssr`.
    run(cargo(&["test", "--quiet", "--package", "lora-rank-explorer", "--features", "ssr"]).args([
        "--test",
        "server",
        "--test",
        "foreign_rows",
    ]))
}

fn doc() -> Result<()> {
    run(cargo(&["doc", "--quiet", "--no-deps", "--package", "lora-rank-explorer", "--package", "xtask"])
        .args(["--features", ADAPTER])
        .env("RUSTDOCFLAGS", "-Dwarnings"))
}
