//! `cargo xtask test`: runs every check of the project and prints one line for each at the end.

mod checks;
mod compatibility;
mod consumers;
mod hosts;
mod notebooks;
mod suites;
mod watched;

use std::time::Instant;

use anyhow::{Result, bail};
use engine::Engine;

use crate::setup::engine::{Browser, is_here};
use crate::{adapter, messages};
pub use checks::PACKAGE;
use suites::Tests;
pub use suites::under_load;

enum Step {
    Once(fn() -> Result<()>),
    /// Returns why it did not run, if it could not.
    IfPossible(fn() -> Result<Option<String>>),
    /// Like `IfPossible`, but a failure is only reported.
    Report(fn() -> Result<Option<String>>),
    InEachEngine(fn(&Browser) -> Result<Tests>),
}

#[rustfmt::skip]
const STEPS: [(&str, Step); 17] = [
    ("format", Step::Once(checks::format)),
    ("clippy", Step::Once(checks::clippy)),
    ("clippy-wasm", Step::Once(checks::clippy_wasm)),
    ("features", Step::Once(checks::features)),
    ("native", Step::Once(checks::native)),
    ("messages", Step::Once(messages::check)),
    ("adapter-oracle", Step::Once(adapter::oracle)),
    (suites::BROWSER, Step::InEachEngine(suites::browser)),
    (suites::END_TO_END, Step::InEachEngine(suites::end_to_end)),
    ("load", Step::Once(suites::load)),
    ("consumers", Step::Once(consumers::consumers)),
    ("hosts", Step::IfPossible(hosts::hosts)),
    ("notebooks", Step::Once(notebooks::notebooks)),
    ("doc", Step::Once(checks::doc)),
    ("oldest-rust", Step::IfPossible(compatibility::oldest_rust)),
    ("semver", Step::Report(compatibility::semver)),
    ("next-leptos", Step::Report(compatibility::next_leptos)),
];

/// The default engines: Chromium, and the others that are installed.
pub fn usual_engines() -> Vec<Engine> {
    Engine::ALL.into_iter().filter(|engine| *engine == Engine::Chromium || is_here(*engine)).collect()
}

/// Runs the steps named, or all of them. A step that fails does not stop the ones after it.
pub fn test(names: &[&str], engines: &[Engine]) -> Result<()> {
    let known = STEPS.map(|(name, _)| name);
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!("there is no step `{unknown}`; the steps are: {}", known.join(", "));
    }
    let mut summary = Summary::default();
    let without_tests = |left_out: Option<String>| Tests { left_out: Vec::from_iter(left_out), ..Tests::default() };
    for (name, step) in STEPS.into_iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        match step {
            Step::Once(step) => summary.add(name, None, || step().map(|()| Tests::default()), "FAILED"),
            Step::IfPossible(step) => summary.add(name, None, || step().map(without_tests), "FAILED"),
            Step::Report(step) => summary.add(name, None, || step().map(without_tests), "breaks"),
            Step::InEachEngine(suite) => {
                for engine in Engine::ALL {
                    match engines.contains(&engine) {
                        true => summary.add(name, Some(engine), || suite(&Browser::set_up(engine)?), "FAILED"),
                        false => summary.left_out.push(format!(
                            "{name:<14} {:<9} everything: `--engines all` installs and runs it",
                            engine.name()
                        )),
                    }
                }
            }
        }
    }
    summary.print()
}

/// What is printed at the end.
#[derive(Default)]
struct Summary {
    lines: Vec<String>,
    left_out: Vec<String>,
    failed: usize,
}

impl Summary {
    /// Runs a step. `failure` is the word for one that fails.
    fn add(&mut self, step: &str, engine: Option<Engine>, work: impl FnOnce() -> Result<Tests>, failure: &str) {
        let name = format!("{step:<14} {:<9}", engine.map_or("", Engine::name));
        println!("\nxtask: {name}");
        let start = Instant::now();
        let result = work();
        let seconds = start.elapsed().as_secs_f64();
        let (outcome, more) = match &result {
            Ok(Tests { passed: 0, left_out }) if !left_out.is_empty() => ("not run", String::new()),
            Ok(Tests { passed: 0, .. }) => ("ok", String::new()),
            Ok(Tests { passed, .. }) => ("ok", format!("{passed} tests")),
            Err(error) => (failure, format!("{error:#}")),
        };
        self.failed += usize::from(outcome == "FAILED");
        if result.is_err() {
            eprintln!("xtask: {more}");
        }
        self.lines.push(format!("{name} {outcome:<7} {seconds:>5.0} s  {more}").trim_end().to_owned());
        self.left_out.extend(result.into_iter().flat_map(|tests| tests.left_out).map(|test| format!("{name} {test}")));
    }

    fn print(self) -> Result<()> {
        println!("\n{}", self.lines.join("\n"));
        if !self.left_out.is_empty() {
            println!("\nnot run:\n{}", self.left_out.join("\n"));
        }
        match self.failed {
            0 => Ok(()),
            failed => bail!("{failed} of {} steps failed", self.lines.len()),
        }
    }
}
