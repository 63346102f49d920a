//! A block of code with a button that copies it.

use std::time::Duration;

use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::hand_over::copy;
#[cfg(feature = "ssr")]
use crate::highlight::highlighted;

/// How long the page says that the code has been copied.
const SAID_FOR: Duration = Duration::from_secs(4);

/// `language` is the ending that a file with this code has.
#[component]
pub fn Code(#[prop(into)] title: String, code: &'static str, language: &'static str) -> impl IntoView {
    let (said, shown) = (RwSignal::new(""), NodeRef::<html::Code>::new());
    let end = StoredValue::new(None::<TimeoutHandle>);
    let on_copy = move |_| {
        // A second copy is announced like the first.
        said.set("");
        let text = shown.get_untracked().and_then(|code| code.text_content()).unwrap_or_default();
        spawn_local(async move {
            let copied = copy(&text).await.is_ok();
            _ = said.try_set(if copied { "Copied" } else { "Not copied: select the code and copy it." });
            end.try_get_value().flatten().iter().for_each(TimeoutHandle::clear);
            let handle = set_timeout_with_handle(move || _ = said.try_set(""), SAID_FOR);
            _ = end.try_set_value(handle.ok());
        });
    };
    view! {
        <div class="code">
            <div class="code-bar">
                <span role="status">{said}</span>
                <button type="button" aria-label=format!("Copy code: {title}") on:click=on_copy>
                    "Copy"
                </button>
            </div>
            <pre dir="ltr" role="group" tabindex="0" aria-label=format!("Code: {title}")>
                <code node_ref=shown inner_html=highlighted(code, language)></code>
            </pre>
        </div>
    }
}

/// Hydration keeps the HTML that the page came with.
#[cfg(not(feature = "ssr"))]
fn highlighted(_code: &str, _language: &str) -> &'static str {
    ""
}
