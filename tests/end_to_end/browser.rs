//! A browser that tests use one after the other, each in a tab of its own.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::driver::Driver;
use crate::{Engine, Preferences, Session};

/// Those that no test uses now. They are closed when the process ends.
static IDLE: Mutex<Vec<Browser>> = Mutex::new(Vec::new());

/// A browser, and what drives it. It is closed with this value.
pub struct Browser {
    pub session: Session,
    _driver: Driver,
}

impl Browser {
    /// A browser with an empty page, for a person with these preferences.
    pub async fn take(engine: Engine, preferences: Preferences) -> Self {
        while let Some(mut browser) = Self::idle() {
            // GTK reads its settings when it starts; the other two engines are told at any time.
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

    /// Lets the next test use it. A browser whose test has failed goes instead: it may be in any state.
    pub fn give_back(self) {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self);
    }

    /// A new tab in the place of all others, in a browser that remembers nothing of them.
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
