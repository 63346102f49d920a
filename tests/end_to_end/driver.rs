//! The program that drives the browser: one for each session, since two of the three drive only one browser at a time.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use thirtyfour::prelude::*;

use crate::{Engine, Preferences, variable};

/// A driver on a port of its own. It ends with this value.
pub struct Driver {
    process: Child,
    port: u16,
    /// A folder for the settings of the browser's toolkit.
    config: PathBuf,
}

impl Driver {
    /// A driver, and a browser that has nothing open yet.
    ///
    /// Now and then WebKit's driver waits without end for the browser that it has started, so each try has a limit.
    pub async fn open(engine: Engine, preferences: Preferences) -> (Self, WebDriver) {
        let mut failures = Vec::new();
        while failures.len() < 3 {
            let driver = Self::start(engine, preferences).await;
            match tokio::time::timeout(Duration::from_secs(30), driver.browser(engine, preferences)).await {
                Ok(Ok(browser)) => return (driver, browser),
                Ok(Err(error)) => failures.push(error.to_string()),
                Err(late) => failures.push(late.to_string()),
            }
        }
        panic!("no browser: {}", failures.join("; "));
    }

    async fn start(engine: Engine, preferences: Preferences) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let config = std::env::temp_dir().join(format!("lora-rank-explorer-{}-{number}", std::process::id()));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new(variable("WEBDRIVER"));
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        match engine {
            Engine::Chromium => {}
            // Lets a test change Firefox's preferences while a page is open.
            Engine::Firefox => drop(command.args(["--allow-system-access", "--websocket-port=0"])),
            Engine::WebKit => preferences.gtk(&mut command, &config),
        }
        let mut driver = Self { process: command.spawn().expect("the driver starts"), port, config };
        driver.until_it_answers().await;
        driver
    }

    async fn until_it_answers(&mut self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(30), "the driver does not answer");
            let ended = self.process.try_wait().expect("the driver's state");
            assert!(ended.is_none(), "the driver has ended: {ended:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn browser(&self, engine: Engine, preferences: Preferences) -> WebDriverResult<WebDriver> {
        let path = variable("WEBDRIVER_CAPABILITIES");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut capabilities: Map<String, Value> = serde_json::from_str(&text).expect("capabilities as JSON");
        match engine {
            Engine::Chromium => {
                capabilities.insert("browserName".into(), json!("chrome"));
                capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
            }
            Engine::Firefox => capabilities["moz:firefoxOptions"]["prefs"] = preferences.firefox().into(),
            Engine::WebKit => {}
        }
        let url = format!("http://127.0.0.1:{}", self.port);
        let browser = WebDriver::new(url, Capabilities::from(capabilities)).await?;
        if engine == Engine::Chromium {
            browser.cdp().send_raw("Emulation.setEmulatedMedia", preferences.media()).await?;
        }
        Ok(browser)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself, and the folder is there only where the engine needs it.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.config);
    }
}
