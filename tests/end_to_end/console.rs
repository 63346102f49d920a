//! Whatever a page has said on the console since it was opened, or the browser about it.
//!
//! `console.js`, which the server of the pages puts before their first script, sees what scripts say and throw and what a
//! Content-Security-Policy blocks. Chromium's driver also gives what only the browser's own console shows.

use crate::{Engine, Session};

impl Session {
    /// Every message, in words.
    pub async fn console(&self) -> Vec<String> {
        let recorded = self.eval("JSON.parse(sessionStorage.getItem('console') ?? '[]')").await;
        let mut messages: Vec<String> = serde_json::from_value(recorded).expect("a list of messages");
        if self.engine() == Engine::Chromium {
            let own = self.get_log("browser").await.expect("the console");
            messages.extend(own.into_iter().map(|entry| entry.message));
        }
        messages
    }
}
