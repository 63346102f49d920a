//! The server example in a real browser: before, during and after hydration, as a whole and as islands.

mod before_hydration;
mod controls;
mod fetched;
mod islands;

use end_to_end::{Preferences, Session, in_page, variable};

/// The builds of the browser's half: for visitors, and as `cargo leptos` builds it during development.
const SERVERS: [&str; 2] = ["SERVER_URL", "ERASED_SERVER_URL"];

/// Opens a page of the server in each build. Its wasm waits until [`let_go`] is called with the same `name`.
async fn in_held_page<Test>(path: &str, name: &'static str, test: impl Fn(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_server_page(&format!("{path}?hold={name}"), test).await;
}

/// Opens a page of the server in each build.
async fn in_server_page<Test>(path: &str, test: impl Fn(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    for server in SERVERS {
        // Shown if the test fails.
        println!("{server}, /{path}");
        in_page(&format!("{}{path}", variable(server)), Preferences::default(), &[], &test).await;
    }
}

/// Lets the wasm of the page held as `name` arrive.
async fn let_go(page: &Session, name: &str) {
    page.eval(&format!("fetch('/let-go/{name}').then(() => true)")).await;
}
