//! A page in its own tab.

use std::ops::Deref;
use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

use crate::browser::Browser;
use crate::{Engine, Preferences, variable};

/// The gallery's only console message, which is intended: it shows an invalid target.
const GALLERY_WARNING: &str = "LoRaRankExplorer>: Invalid target matrix:";

/// The explorer that the panel controls.
pub const PREVIEW: &str = "#preview [data-lora-rank-explorer]";
/// The slider of that explorer.
pub const SLIDER: &str = "#preview input[type=range]";

/// A browser that has loaded a page.
#[derive(Clone)]
pub struct Session {
    pub(crate) browser: WebDriver,
    pub(crate) engine: Engine,
    pub(crate) preferences: Preferences,
}

impl Deref for Session {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.browser
    }
}

/// Opens the gallery with default preferences: see [`in_page`].
pub async fn in_gallery<Test>(test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_gallery_with(Preferences::default(), test).await;
}

/// Opens the gallery with these preferences: see [`in_page`].
pub async fn in_gallery_with<Test>(preferences: Preferences, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_page(&variable("GALLERY_URL"), preferences, &[GALLERY_WARNING], test).await;
}

/// Opens `url` in a new tab, waits for an explorer, runs `test`, and checks that every console message contains one of the
/// `expected` texts.
pub async fn in_page<Test>(url: &str, preferences: Preferences, expected: &[&str], test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    let browser = Browser::take(crate::engine(), preferences).await;
    let session = browser.session.clone();
    let (url, test) = (url.to_owned(), test(session.clone()));
    // Runs as a separate task, so that the browser is closed if it fails.
    let console = tokio::spawn(async move {
        let (width, height) = if preferences.zoom { (500, 450) } else { (1000, 900) };
        session.view(width, height).await;
        session.open(&url).await;
        if !preferences.zoom {
            // The window may have been a phone's in the test before.
            session.until("its size", &format!("innerWidth === {width}")).await;
        }
        test.await;
        session.console().await
    })
    .await
    .unwrap_or_else(|failure| resume_unwind(failure.into_panic()));
    browser.give_back();
    for message in console {
        assert!(expected.iter().any(|expected| message.contains(expected)), "on the console: {message}");
    }
}

/// Opens `url` in a new tab and runs `test` on a page that is not ours: nothing is awaited, and it may say on the console what it likes.
pub async fn in_foreign_page<Test>(url: &str, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    let browser = Browser::take(crate::engine(), Preferences::default()).await;
    let session = browser.session.clone();
    let (url, test) = (url.to_owned(), test(session.clone()));
    tokio::spawn(async move {
        session.view(1200, 1600).await;
        session.goto(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        test.await;
    })
    .await
    .unwrap_or_else(|failure| resume_unwind(failure.into_panic()));
    browser.give_back();
}

impl Session {
    /// Loads a page and waits until it reacts, and for an explorer, or for the button that opens the sample.
    pub async fn open(&self, url: &str) {
        self.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        self.until(
            "an explorer",
            "!document.getElementById('loading') && !!document.querySelector('[data-lora-rank-explorer], #sample')",
        )
        .await;
        self.focus_page().await;
    }

    /// Loads the page again, and waits until it is another one that reacts.
    pub async fn reload(&self) {
        self.eval("(window.isOld = true)").await;
        self.refresh().await.expect("the page again");
        self.until("a page that reacts", "!window.isOld && !document.getElementById('loading')").await;
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> Value {
        // `?? null`: WebKit's driver cannot pass on `undefined` while a page is busy.
        let script = format!("return ({expression}) ?? null;");
        let result = self.execute(script, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("{expression}: {error}")).json().clone()
    }

    /// Waits until a JavaScript expression is true; fails with `what` after a minute and a half, since machines differ.
    pub async fn until(&self, what: &str, expression: &str) {
        self.until_within(Duration::from_secs(90), what, expression).await;
    }

    /// Like [`until`](Self::until), with another time limit.
    pub async fn until_within(&self, limit: Duration, what: &str, expression: &str) {
        let start = Instant::now();
        while self.eval(expression).await != json!(true) {
            if start.elapsed() >= limit {
                let shown = self
                    .eval("(document.body.innerText.slice(0, 2000) + (sessionStorage.getItem('console') ?? ''))")
                    .await;
                panic!("timed out waiting for {what}: {expression}\nThe page and its console: {shown}");
            }
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
        self.until_rank_in("#preview", rank).await;
    }

    /// Waits until the explorer in the element that `section` finds shows `rank` everywhere and the marker has arrived.
    pub async fn until_rank_in(&self, section: &str, rank: usize) {
        let shown = format!(
            "(() => {{
                const find = (selector) => document.querySelector('{section} ' + selector);
                const slider = find('input[type=range]');
                if (!slider) return false;
                const place = (100 * ({rank} - 1) / (slider.max - 1)).toFixed(2);
                return slider.value === '{rank}'
                    && find('[data-part=slider-value]').textContent === '{rank}'
                    && find('[data-part=caption]').textContent.endsWith('r={rank}')
                    && slider.ariaValueText.startsWith('rank {rank},')
                    && Math.abs(parseFloat(find('[data-part=at-rank]').getAttribute('x')) - place) < 0.006;
            }})()"
        );
        self.until(&format!("rank {rank} in {section}"), &shown).await;
    }

    /// Sends keys to the preview's slider.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.press_in("#preview", keys).await;
    }

    /// Sends keys to the slider in the element that `section` finds.
    pub async fn press_in(&self, section: &str, keys: impl Into<TypingData>) {
        let slider = self.find(By::Css(format!("{section} input[type=range]"))).await.expect("the slider");
        slider.send_keys(keys).await.expect("keys");
    }

    /// Clicks the element with this id once it is enabled, after scrolling it to the middle of the window.
    pub async fn click(&self, id: &str) {
        self.until(
            &format!("{id} to be enabled"),
            &format!("(document.getElementById('{id}') ?? {{disabled: true}}).disabled !== true"),
        )
        .await;
        self.eval(&format!("document.getElementById('{id}').scrollIntoView({{behavior: 'instant', block: 'center'}})"))
            .await;
        self.find(By::Id(id)).await.unwrap_or_else(|error| panic!("{id}: {error}")).click().await.expect("clicked");
    }

    /// Chooses an option of a select by its value, with a click on the option.
    pub async fn choose(&self, select: &str, value: &str) {
        let option = self.find(By::Css(format!("{select} option[value='{value}']"))).await;
        option.unwrap_or_else(|error| panic!("{select} {value}: {error}")).click().await.expect("chosen");
    }
}
