//! Browsers that tests share, one test at a time, each in a new tab.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::driver::Driver;
use crate::{Engine, Preferences, Session};

/// The browsers that no test is using. They are closed when the process ends.
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// A browser and its driver. Dropping this closes it.
pub struct Browser {
    pub session: Session,
    _driver: Driver,
}

impl Browser {
    /// Takes an idle browser or starts one. It shows an empty page and has these preferences.
    pub async fn take(engine: Engine, preferences: Preferences) -> Self {
        while let Some(mut browser) = Self::idle() {
            // GTK only reads its settings when it starts; the other two engines can change them at any time.
            if engine == Engine::WebKit && browser.session.preferences != preferences {
                continue;
            }
            if let Ok(Ok(())) = tokio::time::timeout(Duration::from_secs(10), browser.renew(preferences)).await {
                return browser;
            }
        }
        let (driver, browser) = Driver::open(engine, preferences).await;
        let session = Session { browser, engine, preferences };
        session.ask_for(preferences).await.expect("a browser that can be set up");
        Self { session, _driver: driver }
    }

    fn idle() -> Option<Self> {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Lets the next test use this browser. After a failed test it is dropped instead: it may be in any state.
    pub fn give_back(self) {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    /// Replaces all tabs by a new one and clears the state that they left.
    async fn renew(&mut self, preferences: Preferences) -> WebDriverResult<()> {
        let session = &mut self.session;
        session.preferences = preferences;
        session.action_chain().reset_actions().await?;
        session.delete_all_cookies().await?;
        session.execute("localStorage.clear()", Vec::new()).await?;
        let used = session.windows().await?;
        let tab = session.new_tab().await?;
        for window in used {
            session.switch_to_window(window).await?;
            session.close_window().await?;
        }
        session.switch_to_window(tab).await?;
        if session.engine == Engine::Chromium {
            session.get_log("browser").await?;
        }
        session.ask_for(preferences).await
    }
}
