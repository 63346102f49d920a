//! A page in a browser of its own.

use std::ops::Deref;
use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Value, json};
use thirtyfour::common::command::{Actions, Command, FormatRequestData};
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId, TypingData};

use crate::driver::Driver;
use crate::preferences::FIREFOX_REDUCED_MOTION;
use crate::{Engine, Preferences, variable};

/// What the gallery says on the console, on purpose: it shows a target that is no matrix.
const GALLERY_WARNING: &str = "LoRaRankExplorer>: Invalid target matrix:";

/// The explorer that the panel drives.
pub const PREVIEW: &str = "#preview [data-lora-rank-explorer]";
/// The slider of that explorer.
pub const SLIDER: &str = "#preview input[type=range]";

/// A browser that has loaded a page.
#[derive(Clone)]
pub struct Session {
    browser: WebDriver,
    engine: Engine,
}

impl Deref for Session {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.browser
    }
}

/// Opens the gallery for a person who asks for nothing special: see [`in_page`].
pub async fn in_gallery<Test>(test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_gallery_with(Preferences::default(), test).await;
}

/// Opens the gallery for a person with these preferences: see [`in_page`].
pub async fn in_gallery_with<Test>(preferences: Preferences, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_page(&variable("GALLERY_URL"), preferences, &[GALLERY_WARNING], test).await;
}

/// Opens `url` in a browser of its own, waits for an explorer, runs `test`, and checks that the console shows nothing but
/// messages that hold one of `expected`.
pub async fn in_page<Test>(url: &str, preferences: Preferences, expected: &[&str], test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    let engine = Engine::under_test();
    let driver = Driver::start(engine, preferences).await;
    let browser = driver.browser(engine, preferences).await;
    let session = Session { browser: browser.clone(), engine };
    let (opened, own_url) = (session.clone(), url.to_owned());
    // As a task of its own, so that a failure does not leave the browser behind.
    let opening = tokio::spawn(async move {
        let (width, height) = if preferences.zoom { (500, 450) } else { (1000, 900) };
        opened.view(width, height, preferences).await;
        opened.open(&own_url).await;
    });
    let outcome = match opening.await {
        Ok(()) => tokio::spawn(test(session.clone())).await,
        failure => failure,
    };
    let console = match outcome {
        Ok(()) => tokio::spawn(async move { session.console().await }).await,
        Err(failure) => Err(failure),
    };
    let closed = browser.quit().await;
    drop(driver);
    let console = console.unwrap_or_else(|failure| resume_unwind(failure.into_panic()));
    closed.expect("the browser closes");
    for message in console {
        assert!(expected.iter().any(|expected| message.contains(expected)), "on the console: {message}");
    }
}

impl Session {
    /// The engine it runs in.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Loads a page and waits until an explorer is there.
    pub async fn open(&self, url: &str) {
        self.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        self.until("an explorer", "!!document.querySelector('[data-lora-rank-explorer]')").await;
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

    /// Drags a finger over the preview's slider, from one place to another, each from 0 to 1 of its width.
    pub async fn swipe(&self, from: f64, to: f64) {
        let slider = self.find(By::Css(SLIDER)).await.expect("the slider");
        slider.scroll_into_view().await.expect("in sight");
        let area = self.eval(&format!("(({{x, y, width, height}}) => ({{x, y, width, height}}))(document.querySelector('{SLIDER}').getBoundingClientRect())")).await;
        let number = |name: &str| area[name].as_f64().expect("a number");
        let y = (number("y") + number("height") / 2.0).round();
        let place = |share: f64| (number("x") + number("width") * share).round();
        let go = |share: f64, milliseconds: u32| json!({"type": "pointerMove", "duration": milliseconds, "x": place(share), "y": y, "origin": "viewport"});
        let finger = json!([{
            "type": "pointer",
            "id": "finger",
            "parameters": {"pointerType": "touch"},
            "actions": [
                go(from, 0),
                {"type": "pointerDown", "button": 0},
                go((from + to) / 2.0, 50),
                go(to, 50),
                {"type": "pointerUp", "button": 0},
            ],
        }]);
        self.cmd(Command::PerformActions(Actions::from(finger))).await.expect("a swipe");
    }

    /// Gives the page a view of this size in CSS pixels.
    pub async fn view(&self, width: u32, height: u32, preferences: Preferences) {
        if self.engine == Engine::Chromium {
            let scale = if preferences.zoom { 2 } else { 1 };
            let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
            return self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        }
        self.set_window_rect(0, 0, width, height).await.expect("a window");
        if self.engine == Engine::Firefox {
            // Its window does not become as narrow as a phone; what shows the page does.
            let page = format!("gBrowser.selectedBrowser.style.maxWidth = '{width}px'");
            self.in_firefox(&page).await;
        }
    }

    /// Has the system ask for reduced motion from now on. Not in WebKit.
    pub async fn reduce_motion(&self) {
        match self.engine {
            Engine::Chromium => {
                let media = Preferences { reduced_motion: true, ..Preferences::default() }.media();
                self.devtools("Emulation.setEmulatedMedia", media).await;
            }
            Engine::Firefox => {
                let (name, value) = FIREFOX_REDUCED_MOTION;
                self.in_firefox(&format!("Services.prefs.setIntPref('{name}', {value})")).await;
            }
            Engine::WebKit => panic!("GTK reads its settings when it starts"),
        }
    }

    /// Runs a script in the window of Firefox itself.
    async fn in_firefox(&self, script: &str) {
        self.cmd(FirefoxContext("chrome")).await.expect("Firefox lets in");
        let done = self.execute(script, Vec::new()).await;
        self.cmd(FirefoxContext("content")).await.expect("back to the page");
        done.unwrap_or_else(|error| panic!("{script}: {error}"));
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.cdp().send_raw(command, parameters).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

/// Where scripts run from now on: in the page (`content`) or in Firefox itself (`chrome`).
#[derive(Debug)]
struct FirefoxContext(&'static str);

impl FormatRequestData for FirefoxContext {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("session/{session}/moz/context")).add_body(json!({"context": self.0}))
    }
}
