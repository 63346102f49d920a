//! The example of a server in a real browser: before it is hydrated, while, and after; whole, and as islands.

mod before_hydration;
mod controls;
mod islands;

use end_to_end::{Preferences, Session, in_page, variable};

/// Opens a page of the server, whose wasm waits until [`let_go`] is called with the same `name`.
async fn in_held_page<Test>(path: &str, name: &'static str, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    let url = format!("{}{path}?hold={name}", variable("SERVER_URL"));
    in_page(&url, Preferences::default(), &[], test).await;
}

/// Opens a page of the server.
async fn in_server_page<Test>(path: &str, test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_page(&format!("{}{path}", variable("SERVER_URL")), Preferences::default(), &[], test).await;
}

/// Lets the wasm of the page held as `name` arrive.
async fn let_go(page: &Session, name: &str) {
    page.eval(&format!("fetch('/let-go/{name}').then(() => true)")).await;
}
