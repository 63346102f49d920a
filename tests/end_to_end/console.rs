//! The console's messages since the page was opened.
//!
//! `cargo xtask test` inserts `console.js` before the first script of every page. It records what scripts log and throw and what
//! a Content-Security-Policy blocks. Chromium's driver also returns messages that only the browser's own console shows.

use crate::{Engine, Session};

impl Session {
    /// Every message, as text.
    pub async fn console(&self) -> Vec<String> {
        assert_eq!(
            self.eval("consoleIsRecorded").await,
            true,
            "console.js is not loaded: run `cargo xtask test end-to-end`"
        );
        let recorded = self.eval("JSON.parse(sessionStorage.getItem('console') ?? '[]')").await;
        let mut messages: Vec<String> = serde_json::from_value(recorded).expect("a list of messages");
        if self.engine == Engine::Chromium {
            let own = self.get_log("browser").await.expect("the console");
            messages.extend(own.into_iter().map(|entry| entry.message));
        }
        messages
    }
}
