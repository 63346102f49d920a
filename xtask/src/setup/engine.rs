//! The browser engines that the tests run in. Finds each engine and its WebDriver, or installs them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::versions::GECKODRIVER;
use super::{apt, cached_program, installed_by_cargo};
use crate::command::find;
use crate::display::Display;
use crate::root;

/// WebKitGTK 2.50 on x86-64 starts to run wasm in an interpreter and replaces functions by compiled code as it runs. Now and then
/// that yields wrong numbers or a trap (CONTRIBUTING.md). With these options off, it compiles once, before it runs.
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

    /// The engines in a list such as `chromium,webkit`; `all` stands for all of them.
    pub fn parse(list: &str) -> Result<Vec<Self>> {
        if list == "all" {
            return Ok(Self::ALL.to_vec());
        }
        let named = |name: &str| Self::ALL.into_iter().find(|engine| engine.name() == name);
        list.split(',')
            .map(|name| match named(name) {
                Some(engine) => Ok(engine),
                None => bail!("there is no engine `{name}`; choose from: all, chromium, firefox, webkit"),
            })
            .collect()
    }

    /// Whether the browser and its driver are installed.
    pub fn is_here(self) -> bool {
        self.driver().is_some()
    }

    /// Installs the browser and its driver if they are missing.
    pub fn set_up(self) -> Result<Browser> {
        if !self.browser_is_here() || (self != Self::Firefox && self.driver().is_none()) {
            apt::install(&format!("{} and its WebDriver are not both installed", self.name()), self.packages())?;
        }
        if self == Self::Firefox && self.driver().is_none() {
            installed_by_cargo("geckodriver", GECKODRIVER)?;
        }
        let driver = self.driver().with_context(|| format!("{} was installed but cannot be found", self.name()))?;
        // The other two have a headless mode.
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

    /// Only whether there is one: the drivers find their browsers themselves.
    fn browser_is_here(self) -> bool {
        self.program().is_some()
    }

    /// The browser's program. WebKit's driver brings its own browser, so for WebKit this is Xvfb, which it draws on.
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

/// An engine that is ready to use, with what it needs while it runs.
pub struct Browser {
    pub engine: Engine,
    driver: PathBuf,
    display: Option<Display>,
}

impl Browser {
    /// Makes the test runner of wasm-bindgen use this browser.
    ///
    /// The runner does not know WebKit's driver, but what it does for `safaridriver` works: it requests a session without any
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

    /// Makes the end-to-end tests use this browser.
    pub fn for_end_to_end(&self, command: &mut Command) {
        command
            .env("ENGINE", self.engine.name())
            .env("WEBDRIVER", &self.driver)
            .env("WEBDRIVER_CAPABILITIES", self.capabilities());
        self.surroundings(command);
    }

    /// Chromium's arguments from its capabilities, for starting it without a driver.
    pub fn arguments(&self) -> Result<Vec<String>> {
        let capabilities: Value = serde_json::from_str(&std::fs::read_to_string(self.capabilities())?)?;
        Ok(serde_json::from_value(capabilities["goog:chromeOptions"]["args"].clone())?)
    }

    fn capabilities(&self) -> PathBuf {
        root().join("tests/webdriver").join(self.engine.name()).with_extension("json")
    }

    fn surroundings(&self, command: &mut Command) {
        if let Some(display) = &self.display {
            // WebKit's sandbox needs namespaces, which containers lack. Without it is safe: the pages are our own.
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
