//! One browser on the built gallery, used as a person would.
//!
//! Three variables say what to drive: `GALLERY_URL`, `WEBDRIVER_URL`, and `WEBDRIVER_CAPABILITIES`, the path of a JSON file
//! with the capabilities to ask for. `cargo xtask test end-to-end` sets them.

use std::ops::Deref;
use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

/// What the gallery says on the console, on purpose: it shows a target that is no matrix.
const EXPECTED_WARNING: &str = "LoRaRankExplorer>: Invalid target matrix:";

/// The explorer that the panel drives, and its slider.
pub const PREVIEW: &str = "#preview [data-lora-rank-explorer]";
/// The slider of that explorer.
pub const SLIDER: &str = "#preview input[type=range]";

/// A session that has loaded the gallery.
#[derive(Clone)]
pub struct Session(WebDriver);

impl Deref for Session {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.0
    }
}

/// Opens the gallery in a browser of its own, runs `test`, and checks that the console stayed empty.
pub async fn in_gallery<Test>(test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    let path = variable("WEBDRIVER_CAPABILITIES");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut capabilities: Map<String, Value> = serde_json::from_str(&text).expect("capabilities as JSON");
    capabilities.insert("browserName".into(), json!("chrome"));
    capabilities.insert("goog:loggingPrefs".into(), json!({"browser": "ALL"}));
    let driver = WebDriver::new(variable("WEBDRIVER_URL"), Capabilities::from(capabilities)).await.expect("a browser");

    let session = Session(driver.clone());
    session.resize(1000, 900).await;
    session.open().await;
    // As a task of its own, so that a failure does not leave the browser behind.
    let outcome = tokio::spawn(test(session)).await;
    let console = driver.get_log("browser").await;
    driver.quit().await.expect("the browser closes");
    if let Err(failure) = outcome {
        resume_unwind(failure.into_panic());
    }
    for entry in console.expect("the console") {
        assert!(entry.message.contains(EXPECTED_WARNING), "on the console: {entry:?}");
    }
}

impl Session {
    /// Loads the gallery anew and waits until it is there.
    pub async fn open(&self) {
        self.goto(variable("GALLERY_URL")).await.expect("the gallery");
        self.until("the preview", &format!("!!document.querySelector('{PREVIEW}')")).await;
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        let result = self.execute(script, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("{expression}: {error}")).json().clone()
    }

    /// Waits until a JavaScript expression is true; fails with `what` after ten seconds.
    pub async fn until(&self, what: &str, expression: &str) {
        let start = Instant::now();
        while self.eval(expression).await != json!(true) {
            assert!(start.elapsed() < Duration::from_secs(10), "waited in vain for {what}: {expression}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The text of the first element that `selector` finds.
    pub async fn text(&self, selector: &str) -> String {
        let text = self.eval(&format!("document.querySelector(`{selector}`).textContent.trim()")).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the preview shows `rank` everywhere and the marker has arrived.
    pub async fn until_rank(&self, rank: usize) {
        let shown = format!(
            "(() => {{
                const find = (selector) => document.querySelector('#preview ' + selector);
                const slider = find('input[type=range]');
                const place = (100 * ({rank} - 1) / (slider.max - 1)).toFixed(2);
                return slider.value === '{rank}'
                    && find('[data-part=slider-value]').textContent === '{rank}'
                    && find('[data-part=caption]').textContent.endsWith('r={rank}')
                    && Math.abs(parseFloat(find('[data-part=marker]').getAttribute('cx')) - place) < 0.006;
            }})()"
        );
        self.until(&format!("rank {rank}"), &shown).await;
    }

    /// Sends keys to the preview's slider, as the keyboard would.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let slider = self.find(By::Css(SLIDER)).await.expect("the slider");
        slider.send_keys(keys).await.expect("keys");
    }

    /// Chooses an option of a select by its value, as a person who uses the keyboard or the list does.
    pub async fn choose(&self, select: &str, value: &str) {
        let option = self.find(By::Css(format!("{select} option[value='{value}']"))).await;
        option.unwrap_or_else(|error| panic!("{select} {value}: {error}")).click().await.expect("chosen");
    }

    /// Sets the size of what the page sees, in CSS pixels, and the number of device pixels for each.
    pub async fn view(&self, width: u32, height: u32, scale: f64) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn resize(&self, width: u32, height: u32) {
        self.set_window_rect(0, 0, width, height).await.expect("a window of that size");
    }

    /// Emulates a media feature, such as `prefers-reduced-motion: reduce`.
    pub async fn emulate(&self, feature: &str, value: &str) {
        let features = json!({"features": [{"name": feature, "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.cdp().send_raw(command, parameters).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `cargo xtask test end-to-end`"))
}
