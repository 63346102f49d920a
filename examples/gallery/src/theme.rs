//! The theme: light, dark, or the system's setting.

use leptos::html::Select;
use leptos::prelude::*;

const THEMES: [[&str; 2]; 3] = [["system", "System"], ["light", "Light"], ["dark", "Dark"]];

/// Where the browser keeps the choice. `theme.js` reads it before the page is drawn, so that the page never shows another theme.
const STORED_AS: &str = "lora-rank-explorer-theme";

/// Sets `data-theme` on the page's root element; the stylesheet turns it into a `color-scheme`.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let select = NodeRef::<Select>::new();
    // `theme.js` has restored the choice. The server does not know it, so this waits until the page is hydrated; somebody may have chosen
    // before.
    Effect::new(move || {
        let (Some(select), Some(root)) = (select.get(), document().document_element()) else { return };
        match root.get_attribute("data-theme") {
            _ if select.selected_index() > 0 => choose(&select.value()),
            Some(restored) => select.set_value(&restored),
            None => {}
        }
    });
    view! {
        <label class="theme">
            "Theme "
            <select id="theme" node_ref=select on:change=move |event| choose(&event_target_value(&event))>
                {THEMES.map(|[value, name]| view! { <option value=value>{name}</option> }).into_iter().collect_view()}
            </select>
        </label>
    }
}

fn choose(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
    // A browser that keeps nothing still shows the theme.
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(STORED_AS, theme);
    }
}
