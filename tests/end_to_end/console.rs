//! Whatever a page has said on the console since it was opened, or the browser about it.
//!
//! `console.js`, which `cargo xtask test` puts before the first script of every page, sees what scripts say and throw and what a
//! Content-Security-Policy blocks. Chromium's driver also gives what only the browser's own console shows.

use crate::{Engine, Session};

impl Session {
    /// Every message, in words.
    pub async fn console(&self) -> Vec<String> {
        assert_eq!(
            self.eval("consoleIsRecorded").await,
            true,
            "loaded before the page: run `cargo xtask test end-to-end`"
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
