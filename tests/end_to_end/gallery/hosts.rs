//! The tabs of code for each kind of page.

use end_to_end::{Session, in_gallery};
use serde_json::json;
use thirtyfour::prelude::*;

/// Of each example with tabs: the tabs in the tab order, the selected ones, and the panels that are shown, by the ends of their ids.
async fn tabs(page: &Session, id: &str) -> serde_json::Value {
    let ends = |of: &str| format!("[...document.querySelectorAll('#{id} {of}')].map((it) => it.id.split('-').at(-1))");
    page.eval(&format!(
        "[{}, {}, {}]",
        ends("[role=tab][tabindex=\"0\"]"),
        ends("[role=tab][aria-selected=true]"),
        ends("[role=tabpanel]:not([hidden])")
    ))
    .await
}

async fn press(page: &Session, key: Key) {
    page.active_element().await.expect("a tab").send_keys(key).await.expect("a key");
}

#[tokio::test]
async fn a_host_that_is_chosen_once_is_chosen_in_each_example_and_kept() {
    in_gallery(async |page| {
        for id in ["install", "choose-targets"] {
            assert_eq!(tabs(&page, id).await, json!([["Leptos"], ["Leptos"], ["Leptos"]]), "{id}");
        }
        page.eval("document.getElementById('install-tab-Leptos').focus()").await;
        press(&page, Key::Right).await;
        press(&page, Key::Right).await;
        page.until("React", "document.activeElement.id === 'install-tab-React'").await;
        // An example has no tab for React, whose tag and attributes are those of HTML.
        for (id, shown) in [("install", "React"), ("choose-targets", "HTML")] {
            assert_eq!(tabs(&page, id).await, json!([[shown], [shown], [shown]]), "{id}");
        }
        page.reload().await;
        page.until("React again", "!document.getElementById('install-panel-React').hidden").await;
        page.eval("document.getElementById('install-tab-React').focus()").await;
        for (key, host) in
            [(Key::End, "Jupyter"), (Key::Right, "Leptos"), (Key::Left, "Jupyter"), (Key::Home, "Leptos")]
        {
            press(&page, key).await;
            page.until(host, &format!("document.activeElement.id === 'install-tab-{host}'")).await;
            assert_eq!(tabs(&page, "install").await, json!([[host], [host], [host]]));
        }
        // Each panel is named by its tab.
        let named = "[...document.querySelectorAll('[role=tabpanel]')].every((panel) => {
            const tab = document.getElementById(panel.getAttribute('aria-labelledby'));
            return tab?.getAttribute('aria-controls') === panel.id;
        })";
        assert_eq!(page.eval(named).await, true);
    })
    .await;
}
