//! The custom element in pages of plain HTML, which have a strict Content-Security-Policy: `examples/element` and `examples/lesson`.

mod anywidget;
mod contract;
mod errors;
mod form;
mod lesson;
mod lifetime;
mod page;
mod recipes;

use end_to_end::{Preferences, Session, in_page, variable};

/// Opens the page: see [`in_page`]. `expected` are the messages that the console may have.
async fn in_element<Test>(expected: &[&str], test: impl FnOnce(Session) -> Test)
where
    Test: Future<Output = ()> + Send + 'static,
{
    in_page(&variable("ELEMENT_URL"), Preferences::default(), expected, test).await;
}

/// Makes an element `made`, the last one in the page, whose events are listed in `events`, and waits for its explorer. `script` prepares
/// the element before it comes into the page.
async fn make(page: &Session, script: &str) {
    page.eval(&format!(
        "(() => {{
            window.made = document.createElement('lora-rank-explorer');
            made.id = 'made';
            window.events = [];
            for (const type of ['rankchange', 'rankcommit', 'rankpreview']) {{
                made.addEventListener(type, ({{type, detail}}) => events.push([type, detail.rank]));
            }}
            {script}
            document.querySelector('main').append(made);
        }})()"
    ))
    .await;
    page.until("an explorer", "!!made.querySelector('[data-lora-rank-explorer]')").await;
}
