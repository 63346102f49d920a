//! The theme: light, dark, or the system's setting.

use leptos::prelude::*;

/// Sets `data-theme` on the page's root element; the stylesheet turns it into a `color-scheme`.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new("system".to_owned());
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", &theme.get());
        }
    });
    view! {
        <label class="theme">
            "Theme "
            <select id="theme" on:change=move |event| theme.set(event_target_value(&event))>
                <option value="system">"System"</option>
                <option value="light">"Light"</option>
                <option value="dark">"Dark"</option>
            </select>
        </label>
    }
}
