//! `cargo xtask test`: runs every check of the project and prints one line for each at the end.

mod checks;
mod suites;
mod times;
mod watched;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::adapter;
use crate::root;
use crate::setup::engine::{Browser, Engine};
use suites::Tests;
use times::Times;

enum Step {
    Once(fn() -> Result<()>),
    InEachEngine(fn(&Browser) -> Result<Tests>),
}

const STEPS: [(&str, Step); 10] = [
    ("format", Step::Once(checks::format)),
    ("clippy", Step::Once(checks::clippy)),
    ("clippy-wasm", Step::Once(checks::clippy_wasm)),
    ("features", Step::Once(checks::features)),
    ("native", Step::Once(checks::native)),
    ("adapter-oracle", Step::Once(adapter::oracle)),
    (suites::BROWSER, Step::InEachEngine(suites::browser)),
    (suites::END_TO_END, Step::InEachEngine(suites::end_to_end)),
    ("load", Step::Once(suites::load)),
    ("doc", Step::Once(checks::doc)),
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
