//! The browser engines that the tests run in: found, or installed together with the program that drives each.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{apt, cached_program, installed_by_cargo};
use crate::command::find;
use crate::display::Display;
use crate::root;

const GECKODRIVER: &str = "0.37.1";

/// WebKitGTK 2.50 on x86-64 begins to run wasm in an interpreter and replaces functions by compiled code meanwhile. Now and then
/// that makes other numbers of it, or a trap (CONTRIBUTING.md). Without these options it compiles once, before it runs.
const WITHOUT_REPLACED_CODE: [&str; 3] = ["JSC_useWasmIPInt", "JSC_useWasmLLInt", "JSC_useOMGJIT"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The engines that a list such as `chromium,webkit` names; `all` names all.
    pub fn parse(list: &str) -> Result<Vec<Self>> {
        if list == "all" {
            return Ok(Self::ALL.to_vec());
        }
        let named = |name: &str| Self::ALL.into_iter().find(|engine| engine.name() == name);
        list.split(',')
            .map(|name| match named(name) {
                Some(engine) => Ok(engine),
                None => bail!("there is no engine `{name}`; there are: all, chromium, firefox, webkit"),
            })
            .collect()
    }

    /// Whether the browser and its driver are here.
    pub fn is_here(self) -> bool {
        self.driver().is_some()
    }

    /// Installs the browser and its driver where they are missing.
    pub fn set_up(self) -> Result<Browser> {
        if !self.browser_is_here() || (self != Self::Firefox && self.driver().is_none()) {
            apt::install(&format!("no {} with its WebDriver was found", self.name()), self.packages())?;
        }
        if self == Self::Firefox && self.driver().is_none() {
            installed_by_cargo("geckodriver", GECKODRIVER)?;
        }
        let driver = self.driver().with_context(|| format!("{} is installed but not found", self.name()))?;
        // The other two have a mode without a window.
        let display = (self == Self::WebKit).then(Display::start).transpose()?;
        Ok(Browser { engine: self, driver, display })
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Chromium => &["chromium", "chromium-driver"],
            Self::Firefox => &["firefox-esr"],
            Self::WebKit => &["webkit2gtk-driver", "xvfb"],
        }
    }

    fn driver(self) -> Option<PathBuf> {
        let driver = match self {
            Self::Chromium => find("chromedriver"),
            Self::Firefox => find("geckodriver").or_else(|| cached_program("geckodriver", GECKODRIVER)),
            Self::WebKit => find("WebKitWebDriver"),
        };
        driver.filter(|_| self.browser_is_here())
    }

    /// The drivers find the browsers themselves: for them it only matters whether there is one.
    fn browser_is_here(self) -> bool {
        self.program().is_some()
    }

    /// The browser; for WebKit, whose driver brings it along, what it draws on.
    pub fn program(self) -> Option<PathBuf> {
        let (programs, elsewhere): (&[&str], &[&str]) = match self {
            Self::Chromium => (
                &["chromium", "google-chrome", "chromium-browser", "chrome"],
                &[
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
                ],
            ),
            Self::Firefox => (
                &["firefox", "firefox-esr"],
                &["/Applications/Firefox.app/Contents/MacOS/firefox", r"C:\Program Files\Mozilla Firefox\firefox.exe"],
            ),
            Self::WebKit => (&["Xvfb"], &[]),
        };
        let elsewhere = || elsewhere.iter().map(PathBuf::from).find(|file| file.is_file());
        programs.iter().find_map(|program| find(program)).or_else(elsewhere)
    }
}

/// An engine that is ready, and what it needs for as long as it is used.
pub struct Browser {
    pub engine: Engine,
    driver: PathBuf,
    display: Option<Display>,
}

impl Browser {
    /// Tells the test runner of wasm-bindgen to run the tests here.
    ///
    /// It has no name for WebKit's driver. What it does for `safaridriver` fits: it asks for a session without any
    /// capabilities, and WebKit's driver then starts its own browser.
    pub fn for_wasm_bindgen(&self, command: &mut Command) {
        let variable = match self.engine {
            Engine::Chromium => "CHROMEDRIVER",
            Engine::Firefox => "GECKODRIVER",
            Engine::WebKit => "SAFARIDRIVER",
        };
        command.env(variable, &self.driver).env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", self.capabilities());
        self.surroundings(command);
    }

    /// Tells the end-to-end tests to run here.
    pub fn for_end_to_end(&self, command: &mut Command) {
        command
            .env("ENGINE", self.engine.name())
            .env("WEBDRIVER", &self.driver)
            .env("WEBDRIVER_CAPABILITIES", self.capabilities());
        self.surroundings(command);
    }

    /// The arguments among the capabilities, for a Chromium without a driver.
    pub fn arguments(&self) -> Result<Vec<String>> {
        let capabilities: Value = serde_json::from_str(&std::fs::read_to_string(self.capabilities())?)?;
        Ok(serde_json::from_value(capabilities["goog:chromeOptions"]["args"].clone())?)
    }

    fn capabilities(&self) -> PathBuf {
        root().join("tests/webdriver").join(self.engine.name()).with_extension("json")
    }

    fn surroundings(&self, command: &mut Command) {
        if let Some(display) = &self.display {
            // WebKit's sandbox needs namespaces that containers do not have; the pages are our own.
            command.env("DISPLAY", display.name()).env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
            command.envs(WITHOUT_REPLACED_CODE.map(|option| (option, "0")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;

    #[test]
    fn engines_are_chosen_by_name() {
        assert_eq!(Engine::parse("all").expect("all"), Engine::ALL);
        assert_eq!(Engine::parse("webkit,chromium").expect("two"), [Engine::WebKit, Engine::Chromium]);
        let error = Engine::parse("gecko").expect_err("no such engine").to_string();
        assert!(error.contains("`gecko`") && error.contains("firefox"), "{error}");
    }
}
