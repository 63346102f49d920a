//! The theme: light, dark, or the system's setting.

use leptos::prelude::*;

const THEMES: [[&str; 2]; 3] = [["system", "System"], ["light", "Light"], ["dark", "Dark"]];

/// Where the browser keeps the choice. `theme.js` reads it before the page is drawn, so that the page never shows another theme.
const STORED_AS: &str = "lora-rank-explorer-theme";

/// Sets `data-theme` on the page's root element; the stylesheet turns it into a `color-scheme`.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new("system".to_owned());
    // `theme.js` has restored the choice. The server does not know it, so this waits until the page is hydrated.
    Effect::new(move || {
        let root = document().document_element();
        if let Some(restored) = root.and_then(|root| root.get_attribute("data-theme")) {
            theme.set(restored);
        }
    });
    let on_change = move |event| {
        let chosen = event_target_value(&event);
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", &chosen);
        }
        // A browser that keeps nothing still shows the theme.
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(STORED_AS, &chosen);
        }
        theme.set(chosen);
    };
    view! {
        <label class="theme">
            "Theme "
            <select id="theme" prop:value=theme on:change=on_change>
                {THEMES.map(|[value, name]| view! { <option value=value>{name}</option> }).into_iter().collect_view()}
            </select>
        </label>
    }
}
