//! The suites that run in every browser engine: the component's through wasm-bindgen, the built pages' through WebDriver.

use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread;

use anyhow::{Result, bail};
use engine::Engine;

use super::watched::watched;
use crate::build::build;
use crate::command::{Cmd, cmd, run_reading, shell};
use crate::dev_server;
use crate::examples::{ELEMENT, LESSON};
use crate::setup::engine::Browser;
use crate::setup::node;
use crate::setup::wasm::{self, Toolchain};
use crate::ssr_server;

pub const BROWSER: &str = "browser";
pub const END_TO_END: &str = "end-to-end";

/// A test that cannot run in an engine: suite, engine, test, reason.
struct NotIn(&'static str, Engine, &'static str, &'static str);

#[rustfmt::skip]
const NOT_IN: [NotIn; 8] = [
    NotIn(END_TO_END, Engine::WebKit, "appearance::forced_colours_keep_curve_marker_and_grid_apart", NO_FORCED_COLOURS),
    NotIn(END_TO_END, Engine::WebKit, "accessibility::no_violation_in_forced_colours", NO_FORCED_COLOURS),
    NotIn(END_TO_END, Engine::WebKit, "map::in_forced_colours_numbers_and_borders_tell_what_colours_told", NO_FORCED_COLOURS),
    NotIn(END_TO_END, Engine::WebKit, "pointing::a_finger_that_moves_sideways_chooses", NO_FINGER),
    NotIn(END_TO_END, Engine::WebKit, "pointing::a_finger_that_moves_up_scrolls_the_page", NO_FINGER),
    NotIn(END_TO_END, Engine::WebKit, "input::a_finger_drags_the_thumb", NO_FINGER),
    NotIn(END_TO_END, Engine::Firefox, "pointing::a_finger_that_moves_up_scrolls_the_page", "Firefox's driver sends touches directly to the page, so they do not scroll it"),
    NotIn(END_TO_END, Engine::WebKit, "motion::reduced_motion_switched_on_later_takes_effect", "WebKitGTK reads the setting when it starts; changing it later needs a desktop session"),
];

const NO_FORCED_COLOURS: &str = "WebKit has no forced colours";
const NO_FINGER: &str = "WebKitGTK's driver makes a mouse of a finger";

/// The result of a suite in one engine.
#[derive(Default)]
pub struct Tests {
    pub passed: usize,
    /// The tests that did not run, each with its reason.
    pub left_out: Vec<String>,
}

pub fn browser(browser: &Browser) -> Result<Tests> {
    let sh = shell()?;
    let runner = wasm::bindgen()?.join("test-runner");
    let tests = Toolchain::set_up()?.cargo(&sh, "test").args(["--package", "browser-tests"]);
    let tests = tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    // Seconds for all tests together. The default of 20 is too short for a thousand mounts on a busy machine.
    let tests = browser.for_wasm_bindgen(tests.env("WASM_BINDGEN_TEST_TIMEOUT", "300"));
    run(tests.args(["--", "--exact"]), left_out(BROWSER, browser.engine))
}

/// Environment variables tell the tests what to use: the URLs of the pages, the driver, the script of axe-core.
pub fn end_to_end(browser: &Browser) -> Result<Tests> {
    let Pages { gallery, workbench, element, lesson, erased } = pages()?;
    let (_running, server) = server()?.start()?;
    let (_erased_running, erased) = erased.start()?;
    let (sh, tests) = (shell()?, ["--test", "workbench", "--test", "element", "--test", "gallery", "--test", "server"]);
    let tests = cmd!(sh, "cargo test -q -p end-to-end --no-fail-fast {tests...}");
    let tests = tests
        .env("WORKBENCH_URL", workbench)
        .env("ELEMENT_URL", element)
        .env("LESSON_URL", lesson)
        .env("GALLERY_URL", gallery)
        .env("SERVER_URL", watched(&server)?);
    let mut tests = browser.for_end_to_end(tests.env("ERASED_SERVER_URL", watched(&erased)?));
    let mut left_out = left_out(END_TO_END, browser.engine);
    match node::axe()? {
        Some(script) => tests = tests.env("AXE_SCRIPT", script),
        None => {
            left_out.retain(|(test, _)| !AXE_TESTS.contains(test));
            left_out.extend(AXE_TESTS.map(|test| (test, "axe-core needs npm, and Node is not installed")));
        }
    }
    run(tests.args(["--", "--exact"]).args(browser.test_threads()), left_out)
}

const AXE_TESTS: [&str; 12] = [
    "axe::no_violation_in_any_state",
    "axe::no_violation_in_dark_on_a_phone",
    "axe::no_violation_with_two_models",
    "axe::no_violation_with_two_models_in_dark_on_a_phone",
    "accessibility::violations_are_found",
    "accessibility::no_violation_in_dark",
    "accessibility::no_violation_in_forced_colours",
    "accessibility::no_violation_in_light",
    "accessibility::no_violation_on_a_phone",
    "page::no_violation_in_the_elements",
    "lesson::no_violation_before_and_after_the_predictions",
    "controls::no_violation_on_the_pages_of_the_server",
];

/// The URLs of the static pages, and the server with erased components.
struct Pages {
    gallery: String,
    workbench: String,
    element: String,
    lesson: String,
    erased: ssr_server::Built,
}

/// Builds the pages and the server once for all engines.
fn pages() -> Result<&'static Pages> {
    static PAGES: OnceLock<Pages> = OnceLock::new();
    if let Some(pages) = PAGES.get() {
        return Ok(pages);
    }
    // Both threads need these, and each is installed once.
    Toolchain::set_up()?;
    wasm::bindgen()?;
    node::optimisers()?;
    // The linker runs on one core for most of the time. Cargo itself lets one build wait where two share a folder.
    let (pages, erased) = thread::scope(|scope| {
        let servers = scope.spawn(|| -> Result<_> {
            let erased = ssr_server::Built::erased()?;
            server()?;
            Ok(erased)
        });
        let pages = ["gallery", "workbench", ELEMENT, LESSON].map(build);
        (pages, servers.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    let page = |folder: Result<PathBuf>| watched(&dev_server::in_background(&folder?)?);
    let [gallery, workbench, element, lesson] = pages.map(page);
    let pages = Pages { gallery: gallery?, workbench: workbench?, element: element?, lesson: lesson?, erased: erased? };
    Ok(PAGES.get_or_init(|| pages))
}

/// Builds the server once for all engines, and for the load tests.
fn server() -> Result<&'static ssr_server::Built> {
    static SERVER: OnceLock<ssr_server::Built> = OnceLock::new();
    match SERVER.get() {
        Some(server) => Ok(server),
        None => {
            let server = ssr_server::Built::new(ssr_server::DEVELOPMENT)?;
            Ok(SERVER.get_or_init(|| server))
        }
    }
}

/// Opens the apps at these URLs in Chromium.
pub fn consumers(trunk: &str, cargo_leptos: &str) -> Result<()> {
    let sh = shell()?;
    let tests = cmd!(sh, "cargo test -q -p end-to-end --test consumers").env("TRUNK_URL", watched(trunk)?);
    let tests = tests.env("CARGO_LEPTOS_URL", watched(cargo_leptos)?);
    Ok(Browser::set_up(Engine::Chromium)?.for_end_to_end(tests).run()?)
}

/// Opens the pages of React and Vue in Chromium, built and during development.
pub fn hosts(built: &str, development: &str) -> Result<()> {
    let sh = shell()?;
    let tests = cmd!(sh, "cargo test -q -p end-to-end --test hosts").env("HOSTS_URL", watched(built)?);
    let tests = tests.env("HOSTS_DEVELOPMENT_URL", watched(development)?);
    Ok(Browser::set_up(Engine::Chromium)?.for_end_to_end(tests).run()?)
}

/// Opens the notebooks at these URLs in Chromium.
pub fn notebooks(jupyter: &str, marimo: &str) -> Result<()> {
    let sh = shell()?;
    let tests = cmd!(sh, "cargo test -q -p end-to-end --test notebooks").env("JUPYTER_URL", jupyter);
    Ok(Browser::set_up(Engine::Chromium)?.for_end_to_end(tests.env("MARIMO_URL", marimo)).run()?)
}

/// Runs the server's own tests, then the load tests.
pub fn load() -> Result<()> {
    ssr_server::test()?;
    under_load(server()?)
}

/// Runs the load tests on two processes of a server: one to send requests to, and one to compare with. Prints how many it answers.
pub fn under_load(server: &ssr_server::Built) -> Result<()> {
    let processes = [server.start()?, server.start()?];
    let servers: String = processes.iter().map(|(running, url)| format!("{url} {}\n", running.id())).collect();
    let sh = shell()?;
    let tests = cmd!(sh, "cargo test -q -p end-to-end --test load -- --nocapture --test-threads=1");
    Ok(tests.env("SERVERS", servers).run()?)
}

fn left_out(suite: &str, engine: Engine) -> Vec<(&'static str, &'static str)> {
    let here = |entry: &&NotIn| entry.0 == suite && entry.1 == engine;
    NOT_IN.iter().filter(here).map(|NotIn(_, _, test, reason)| (*test, *reason)).collect()
}

/// Runs the tests of `command` except those in `left_out`. `command` already ends in arguments for the test programs.
fn run(command: Cmd, left_out: Vec<(&str, &str)>) -> Result<Tests> {
    let command = command.args(left_out.iter().flat_map(|(test, _)| ["--skip", test]));
    let (mut passed, mut skipped) = (0, 0);
    run_reading(command, |line| {
        if line.trim_start().starts_with("test result: ") {
            passed += number_before(line, " passed");
            skipped += number_before(line, " filtered out");
        }
    })?;
    if passed == 0 {
        bail!("no test was run");
    }
    if skipped != left_out.len() {
        bail!("{} tests are listed as left out, but {skipped} were: the list does not match the suite", left_out.len());
    }
    let left_out = left_out.iter().map(|(test, reason)| format!("{test}: {reason}")).collect();
    Ok(Tests { passed, left_out })
}

/// The number directly before `word`, or 0 if the line has none.
fn number_before(line: &str, word: &str) -> usize {
    let before = line.split(word).next().filter(|before| before.len() < line.len());
    before.and_then(|before| before.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::number_before;

    #[test]
    fn the_result_line_of_a_test_run_is_read() {
        let line = "test result: ok. 17 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 3.06s";
        assert_eq!((number_before(line, " passed"), number_before(line, " filtered out")), (17, 2));
        assert_eq!(number_before("test result: FAILED", " passed"), 0);
    }
}
