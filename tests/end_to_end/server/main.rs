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

/// Waits until the explorer in `section` shows `rank` everywhere, with its marker there.
async fn until_rank(page: &Session, section: &str, rank: usize) {
    let shown = format!(
        "(() => {{
            const find = (selector) => document.querySelector('{section} ' + selector);
            const slider = find('input[type=range]');
            const place = (100 * ({rank} - 1) / (slider.max - 1)).toFixed(2);
            return slider.value === '{rank}'
                && find('[data-part=slider-value]').textContent === '{rank}'
                && find('[data-part=caption]').textContent.endsWith('r={rank}')
                && slider.ariaValueText.startsWith('rank {rank},')
                && Math.abs(parseFloat(find('[data-part=marker]').getAttribute('cx')) - place) < 0.006;
        }})()"
    );
    page.until(&format!("rank {rank} in {section}"), &shown).await;
}

/// Sends keys to the slider in `section`.
async fn press(page: &Session, section: &str, keys: impl Into<thirtyfour::TypingData>) {
    use thirtyfour::prelude::*;

    let slider = page.find(By::Css(format!("{section} input[type=range]"))).await.expect("the slider");
    slider.send_keys(keys).await.expect("keys");
}
