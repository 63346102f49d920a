//! The device that shows the page: touches, window sizes, settings.

use http::Method;
use serde_json::{Value, json};
use thirtyfour::common::command::{Actions, Command, FormatRequestData};
use thirtyfour::prelude::*;
use thirtyfour::{ElementId, RequestData, SessionId};

use crate::{Engine, Preferences, SLIDER, Session};

impl Session {
    /// Drags a finger over the preview's slider between two positions, given as fractions of its width.
    pub async fn swipe(&self, from: f64, to: f64) {
        self.touch(SLIDER, &[(from, 0.5), ((from + to) / 2.0, 0.5), (to, 0.5)]).await;
    }

    /// Moves a finger through positions on the element that `selector` finds, given as fractions of its width and height.
    pub async fn touch(&self, selector: &str, places: &[(f64, f64)]) {
        let element = self.find(By::Css(selector)).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
        let size = element.rect().await.expect("a size");
        let origin = element.to_json().expect("a reference");
        let mut actions = Vec::new();
        for (i, (x, y)) in places.iter().enumerate() {
            let (x, y) = ((size.width * (x - 0.5)).round(), (size.height * (y - 0.5)).round());
            let milliseconds = if i == 0 { 0 } else { 50 };
            actions.push(json!({"type": "pointerMove", "duration": milliseconds, "x": x, "y": y, "origin": origin}));
            if i == 0 {
                actions.push(json!({"type": "pointerDown", "button": 0}));
            }
        }
        actions.push(json!({"type": "pointerUp", "button": 0}));
        let finger =
            json!([{"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": actions}]);
        self.cmd(Command::PerformActions(Actions::from(finger))).await.expect("a touch");
    }

    /// Sets the size of the page's view in CSS pixels.
    pub async fn view(&self, width: u32, height: u32) {
        if self.engine == Engine::Chromium {
            let scale = if self.preferences.zoom { 2 } else { 1 };
            let size = json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
            return self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        }
        self.set_window_rect(0, 0, width, height).await.expect("a window");
        if self.engine == Engine::Firefox {
            // Firefox's window cannot be as narrow as a phone, but the element that shows the page can.
            let page = format!("gBrowser.selectedBrowser.style.maxWidth = '{width}px'");
            self.in_firefox(&page).await.expect("a narrow page");
        }
    }

    /// The role, the name and the value in words of the element that has the focus, from the accessibility tree.
    pub async fn focused(&self) -> [String; 3] {
        let element = self.active_element().await.expect("an element with the focus");
        let [mut role, mut name] = [const { String::new() }; 2];
        for (of, to) in [("role", &mut role), ("label", &mut name)] {
            let answer = self.cmd(Computed(of, element.element_id())).await.expect("the accessibility tree");
            *to = answer.value().expect("a text");
        }
        // No driver tells it.
        let value = element.attr("aria-valuetext").await.expect("an attribute");
        [role, name, value.unwrap_or_default()]
    }

    /// Bytes of the JavaScript heap, DOM nodes and listeners that are left after a garbage collection. Only Chromium tells.
    pub async fn held_memory(&self) -> Option<(f64, f64, f64)> {
        if self.engine != Engine::Chromium {
            return None;
        }
        self.devtools("HeapProfiler.collectGarbage", json!({})).await;
        let counters = self.cdp().send_raw("Memory.getDOMCounters", json!({})).await.expect("DevTools counts");
        let heap = self.cdp().send_raw("Runtime.getHeapUsage", json!({})).await.expect("DevTools measures");
        let number = |value: &Value| value.as_f64().expect("a number");
        Some((number(&heap["usedSize"]), number(&counters["nodes"]), number(&counters["jsEventListeners"])))
    }

    /// Makes the system ask for reduced motion from now on. Not in WebKit.
    pub async fn reduce_motion(&self) {
        assert_ne!(self.engine, Engine::WebKit, "GTK reads its settings when it starts");
        let reduced = Preferences { reduced_motion: true, ..self.preferences };
        self.ask_for(reduced).await.expect("reduced motion");
    }

    /// Applies the preferences from now on. WebKit got them when it started.
    pub(crate) async fn ask_for(&self, preferences: Preferences) -> WebDriverResult<()> {
        match self.engine {
            Engine::Chromium => drop(self.cdp().send_raw("Emulation.setEmulatedMedia", preferences.media()).await?),
            Engine::Firefox => self.in_firefox(&preferences.firefox()).await?,
            Engine::WebKit => {}
        }
        Ok(())
    }

    /// Gives the page the focus that Firefox leaves in its address bar when it opens a tab, and waits for that of WebKit's window:
    /// nothing matches `:focus` without it.
    pub(crate) async fn focus_page(&self) {
        match self.engine {
            Engine::Chromium => {}
            Engine::Firefox => self.in_firefox("gBrowser.selectedBrowser.focus()").await.expect("the focus"),
            Engine::WebKit => self.until("the focus", "document.hasFocus()").await,
        }
    }

    /// Runs a script in Firefox's own window, outside the page.
    async fn in_firefox(&self, script: &str) -> WebDriverResult<()> {
        self.cmd(FirefoxContext("chrome")).await?;
        let done = self.execute(script, Vec::new()).await;
        self.cmd(FirefoxContext("content")).await?;
        done.map(drop)
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        self.cdp().send_raw(command, parameters).await.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

/// What the accessibility tree has of an element: its `role` or its `label`.
#[derive(Debug)]
struct Computed(&'static str, ElementId);

impl FormatRequestData for Computed {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::GET, format!("session/{session}/element/{}/computed{}", self.1, self.0))
    }
}

/// The context of all further scripts: the page (`content`) or Firefox itself (`chrome`).
#[derive(Debug)]
struct FirefoxContext(&'static str);

impl FormatRequestData for FirefoxContext {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("session/{session}/moz/context")).add_body(json!({"context": self.0}))
    }
}
