//! The self-contained module as an anywidget in JupyterLab and in marimo: `cargo xtask test notebooks`.

use std::time::Duration;

use end_to_end::{Session, in_foreign_page, variable};
use thirtyfour::prelude::*;

/// A server starts a kernel and imports NumPy before there is anything to see.
const START: Duration = Duration::from_secs(60);

/// `deep(selector)` finds an element in the page or in one of its shadow trees, in which marimo draws widgets; `said(text)` is whether the
/// page shows a text.
const FIND: &str = "(() => {
    const roots = (root) => [root, ...[...root.querySelectorAll('*')].filter((element) => element.shadowRoot).flatMap((element) => roots(element.shadowRoot))];
    window.deep = (selector) => roots(document).map((root) => root.querySelector(selector)).find(Boolean);
    window.said = (text) => roots(document).some((root) => (root.body ?? root).textContent.includes(text));
})()";

/// Whether the explorer shows this rank of a target of this size.
fn shows(size: &str, rank: usize) -> String {
    format!("deep('lora-rank-explorer [data-part=caption]')?.textContent === '{size} · Frobenius · r={rank}'")
}

/// Sends a key to the explorer's slider.
async fn press(page: &Session, key: Key) {
    let slider =
        page.execute("return deep('lora-rank-explorer input[type=range]');", Vec::new()).await.expect("a slider");
    slider.element().expect("a slider").send_keys(key).await.expect("a key");
}

async fn click(page: &Session, name: &str) {
    let button = format!(
        "[...document.querySelectorAll('button, marimo-button')].find((button) => button.textContent.includes('{name}') \
         || button.shadowRoot?.textContent.includes('{name}'))"
    );
    page.until(name, &format!("!!{button}")).await;
    page.eval(&format!(
        "(() => {{ const found = {button}; (found.shadowRoot?.querySelector('button') ?? found).click(); }})()"
    ))
    .await;
}

/// The stylesheet applies, in whichever tree the widget is drawn.
async fn is_styled(page: &Session) {
    page.until(
        "the stylesheet",
        "getComputedStyle(deep('lora-rank-explorer [data-part=summary]')).position === 'absolute'",
    )
    .await;
}

#[tokio::test]
async fn in_jupyterlab_python_sets_ranks_and_hears_them() {
    let url = variable("JUPYTER_URL") + "lab/tree/jupyter.ipynb";
    in_foreign_page(&url, async |page| {
        page.eval(FIND).await;
        page.until_within(
            START,
            "a kernel",
            "!!window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel",
        )
        .await;
        page.eval("(jupyterapp.commands.execute('notebook:run-all-cells'), true)").await;
        page.until_within(START, "the explorer", &shows("4×4", 2)).await;
        is_styled(&page).await;
        press(&page, Key::Right).await;
        page.until("the next rank", &shows("4×4", 3)).await;
        page.until("Python", "said('Python has heard 3, and explorer.rank is 3')").await;
        click(&page, "Rank 4 from Python").await;
        page.until("Python's rank", &shows("4×4", 4)).await;
        page.until("Python", "said('Python has heard 4, and explorer.rank is 4')").await;
        click(&page, "Another matrix").await;
        page.until("Python's spectrum", &shows("3×5", 3)).await;
        click(&page, "Close").await;
        page.until("that it is gone", "!deep('lora-rank-explorer')").await;
    })
    .await;
}

#[tokio::test]
async fn in_marimo_cells_depend_on_the_rank() {
    in_foreign_page(&variable("MARIMO_URL"), async |page| {
        page.eval(FIND).await;
        page.until_within(START, "the explorer", &shows("4×4", 2)).await;
        is_styled(&page).await;
        page.until("the other cell", "said('Python has heard 2')").await;
        press(&page, Key::Right).await;
        page.until("the next rank", &shows("4×4", 3)).await;
        page.until("the other cell", "said('Python has heard 3')").await;
        click(&page, "Rank 4 from Python").await;
        page.until("Python's rank", &shows("4×4", 4)).await;
    })
    .await;
}
