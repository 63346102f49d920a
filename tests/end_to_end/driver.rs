//! The WebDriver programs: one process per browser, since two of the three can only drive one browser at a time.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use thirtyfour::prelude::*;

use crate::{Engine, Preferences, variable};

/// A driver on its own port. It ends and closes its browser when this value is dropped or the process ends.
pub struct Driver {
    /// The process that ends the driver: `keeper.rs`.
    keeper: Child,
    port: u16,
    /// Where WebKit draws.
    display: Option<String>,
}

/// How long a driver, and a browser, may take to start. Several start side by side.
const PATIENCE: Duration = Duration::from_secs(90);

/// The displays that no browser draws on. A window has the focus, and is drawn, while no other one is on its display.
static DISPLAYS: Mutex<Option<Vec<String>>> = Mutex::new(None);

fn with_displays<Result>(use_them: impl FnOnce(&mut Vec<String>) -> Result) -> Result {
    let mut displays = DISPLAYS.lock().unwrap_or_else(PoisonError::into_inner);
    use_them(displays.get_or_insert_with(|| variable("DISPLAYS").split(' ').map(str::to_owned).collect()))
}

impl Driver {
    /// Starts a driver, and a browser with no page open.
    ///
    /// WebKit's driver sometimes waits forever for the browser that it has started, so each of three attempts has a time limit.
    pub async fn open(engine: Engine, preferences: Preferences) -> (Self, WebDriver) {
        let mut failures = Vec::new();
        while failures.len() < 3 {
            match Self::try_open(engine, preferences).await {
                Ok(opened) => return opened,
                Err(error) => failures.push(error),
            }
        }
        panic!("no browser: {}", failures.join("; "));
    }

    async fn try_open(engine: Engine, preferences: Preferences) -> Result<(Self, WebDriver), String> {
        let mut driver = Self::start(engine, preferences).await?;
        let browser = tokio::time::timeout(PATIENCE, driver.browser(engine)).await;
        let browser = browser.map_err(|late| late.to_string())?.map_err(|error| error.to_string())?;
        Ok((driver, browser))
    }

    async fn start(engine: Engine, preferences: Preferences) -> Result<Self, String> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        // The folder for GTK's settings.
        let config = std::env::temp_dir().join(format!("lora-rank-explorer-{}-{number}", std::process::id()));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new(keeper());
        command.arg(port.to_string()).arg(&config).arg(variable("WEBDRIVER")).arg(format!("--port={port}"));
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut display = None;
        match engine {
            Engine::Chromium => {}
            // These options let a test change Firefox's preferences while a page is open.
            Engine::Firefox => drop(command.args(["--allow-system-access", "--websocket-port=0"])),
            Engine::WebKit => {
                let free = with_displays(Vec::pop).expect("a display for each browser");
                preferences.gtk(command.env("DISPLAY", &free), &config);
                display = Some(free);
            }
        }
        let mut driver = Self { keeper: command.spawn().expect("the keeper starts"), port, display };
        driver.until_it_answers().await?;
        Ok(driver)
    }

    async fn until_it_answers(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if start.elapsed() > PATIENCE {
                return Err("the driver does not answer".to_owned());
            }
            if let Some(ended) = self.keeper.try_wait().expect("the driver's state") {
                return Err(format!("the driver has ended: {ended}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    async fn browser(&mut self, engine: Engine) -> WebDriverResult<WebDriver> {
        let path = variable("WEBDRIVER_CAPABILITIES");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut capabilities: Map<String, Value> = serde_json::from_str(&text).expect("capabilities as JSON");
        match engine {
            Engine::Chromium => {
                capabilities.insert("browserName".into(), json!("chrome"));
                capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
            }
            Engine::Firefox | Engine::WebKit => {}
        }
        // No pooled connections: they would belong to the async runtime of an earlier test.
        let client = reqwest::Client::builder().timeout(Duration::from_secs(120)).pool_max_idle_per_host(0);
        let url = format!("http://127.0.0.1:{}", self.port);
        let browser = WebDriver::builder(url, Capabilities::from(capabilities)).client(client.build()?).await?;
        let mut input = self.keeper.stdin.as_ref().expect("an input");
        write!(input, "{}", browser.session_id()).expect("the keeper listens");
        // The keeper ends it.
        browser.clone().leak().expect("a session that is open");
        Ok(browser)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // `wait` first closes the keeper's input, which makes it end.
        let _ = self.keeper.wait();
        if let Some(display) = self.display.take() {
            // Taken last: a browser that does not end with its driver may still be on it.
            with_displays(|displays| displays.insert(0, display));
        }
    }
}

/// The keeper's program. Cargo builds it into the parent of the tests' folder.
fn keeper() -> PathBuf {
    let tests = std::env::current_exe().expect("a test");
    let folder = tests.ancestors().nth(2).unwrap_or(Path::new(""));
    folder.join(format!("keeper{}", std::env::consts::EXE_SUFFIX))
}
