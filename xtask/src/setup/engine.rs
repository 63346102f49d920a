//! Finds the browsers that the tests run in and their WebDrivers, or installs them.

use std::env::consts::EXE_EXTENSION;
use std::path::PathBuf;

use anyhow::{Context, Result};
use engine::Engine;
use serde_json::Value;

use super::versions::GECKODRIVER;
use super::{apt, installed_by_cargo, is_cached};
use crate::command::{Cmd, find};
use crate::display::Display;
use crate::root;

/// WebKitGTK 2.50 on x86-64 starts to run wasm in an interpreter and replaces functions by compiled code as it runs. Now and then
/// that yields wrong numbers or a trap (CONTRIBUTING.md). With these options off, it compiles once, before it runs.
const WITHOUT_REPLACED_CODE: [&str; 3] = ["JSC_useWasmIPInt", "JSC_useWasmLLInt", "JSC_useOMGJIT"];

/// What an engine needs.
struct Needs {
    /// Debian's packages.
    packages: &'static [&'static str],
    /// The names of the browser's program in `PATH`, and where it may lie elsewhere. WebKit's driver brings its own browser, so for
    /// WebKit this is the display that it draws on.
    programs: &'static [&'static str],
    elsewhere: &'static [&'static str],
    driver: &'static str,
    /// The variable in which wasm-bindgen's test runner looks for the driver. It does not know WebKit's, but what it does for
    /// `safaridriver` works: it requests a session without any capabilities, and WebKit's driver then starts its own browser.
    variable: &'static str,
}

fn needs(engine: Engine) -> Needs {
    match engine {
        Engine::Chromium => Needs {
            packages: &["chromium", "chromium-driver"],
            programs: &["chromium", "google-chrome", "chromium-browser", "chrome"],
            elsewhere: &[
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            ],
            driver: "chromedriver",
            variable: "CHROMEDRIVER",
        },
        Engine::Firefox => Needs {
            packages: &["firefox-esr"],
            programs: &["firefox", "firefox-esr"],
            elsewhere: &[
                "/Applications/Firefox.app/Contents/MacOS/firefox",
                r"C:\Program Files\Mozilla Firefox\firefox.exe",
            ],
            driver: "geckodriver",
            variable: "GECKODRIVER",
        },
        Engine::WebKit => Needs {
            packages: &["webkit2gtk-driver", "xvfb"],
            programs: &["Xvfb"],
            elsewhere: &[],
            driver: "WebKitWebDriver",
            variable: "SAFARIDRIVER",
        },
    }
}

/// Whether the browser and its driver are installed.
pub fn is_here(engine: Engine) -> bool {
    program(engine).is_some() && driver(engine).is_some()
}

fn driver(engine: Engine) -> Option<PathBuf> {
    let installed = || {
        let is = engine == Engine::Firefox && is_cached(&format!("geckodriver-{GECKODRIVER}")).ok()?;
        if is { geckodriver().ok() } else { None }
    };
    find(needs(engine).driver).or_else(installed)
}

/// Firefox's driver, of which Debian has no package.
fn geckodriver() -> Result<PathBuf> {
    let source = ["geckodriver", "--version", GECKODRIVER];
    let folder = installed_by_cargo("geckodriver", GECKODRIVER, &source, "steer Firefox")?;
    Ok(folder.join("geckodriver").with_extension(EXE_EXTENSION))
}

/// The browser's program. The drivers find it themselves.
fn program(engine: Engine) -> Option<PathBuf> {
    let Needs { programs, elsewhere, .. } = needs(engine);
    let elsewhere = || elsewhere.iter().map(PathBuf::from).find(|file| file.is_file());
    programs.iter().find_map(|program| find(program)).or_else(elsewhere)
}

/// Chromium's program. Installs it if it is missing.
pub fn chromium() -> Result<PathBuf> {
    Browser::set_up(Engine::Chromium)?;
    program(Engine::Chromium).context("Chromium was not found")
}

/// An engine that is ready to use, with what it needs while it runs.
pub struct Browser {
    pub engine: Engine,
    driver: PathBuf,
    /// One for each browser that runs at the same time: only one window of a display has the focus and is drawn.
    displays: Vec<Display>,
}

/// How many tests run at the same time in the engine without a headless mode.
const DISPLAYS: usize = 2;

impl Browser {
    /// Installs the browser and its driver if they are missing.
    pub fn set_up(engine: Engine) -> Result<Self> {
        let firefox = engine == Engine::Firefox;
        if program(engine).is_none() || (!firefox && driver(engine).is_none()) {
            let why = format!("{} and its WebDriver are not both installed", engine.name());
            apt::install(&why, needs(engine).packages)?;
        }
        if firefox && driver(engine).is_none() {
            geckodriver()?;
        }
        let driver = driver(engine).with_context(|| format!("{} was installed but cannot be found", engine.name()))?;
        // The other two have a headless mode.
        let displays = if engine == Engine::WebKit { DISPLAYS } else { 0 };
        let displays = (0..displays).map(|_| Display::start()).collect::<Result<_>>()?;
        Ok(Self { engine, driver, displays })
    }

    /// Makes the test runner of wasm-bindgen use this browser.
    pub fn for_wasm_bindgen<'a>(&self, command: Cmd<'a>) -> Cmd<'a> {
        let command = command.env(needs(self.engine).variable, &self.driver);
        self.surroundings(command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.capabilities()))
    }

    /// Makes the end-to-end tests use this browser.
    pub fn for_end_to_end<'a>(&self, command: Cmd<'a>) -> Cmd<'a> {
        let command = command.env("ENGINE", self.engine.name()).env("WEBDRIVER", &self.driver);
        self.surroundings(command.env("WEBDRIVER_CAPABILITIES", self.capabilities()))
    }

    /// The argument for as many tests at a time as there are displays.
    pub fn test_threads(&self) -> Option<String> {
        (!self.displays.is_empty()).then(|| format!("--test-threads={}", self.displays.len()))
    }

    /// Chromium's arguments from its capabilities, for starting it without a driver.
    pub fn arguments(&self) -> Result<Vec<String>> {
        let capabilities: Value = serde_json::from_str(&std::fs::read_to_string(self.capabilities())?)?;
        Ok(serde_json::from_value(capabilities["goog:chromeOptions"]["args"].clone())?)
    }

    fn capabilities(&self) -> PathBuf {
        root().join("tests/webdriver").join(self.engine.name()).with_extension("json")
    }

    fn surroundings<'a>(&self, command: Cmd<'a>) -> Cmd<'a> {
        let [display, ..] = &self.displays[..] else { return command };
        // WebKit's sandbox needs namespaces, which containers lack. Without it is safe: the pages are our own.
        let command = command.env("DISPLAY", &display.name).env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        let names = self.displays.iter().map(|display| &display.name[..]).collect::<Vec<_>>().join(" ");
        let command = command.env("DISPLAYS", names);
        command.envs(WITHOUT_REPLACED_CODE.map(|option| (option, "0")))
    }
}
