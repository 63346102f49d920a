//! The plan in the page's address, so that a reload and a bookmark keep it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

use crate::plan::Plan;
use crate::reading::reader::Files;
use crate::state::Page;

/// Browsers refuse more than a hundred changes of the address in half a minute.
const PAUSE: Duration = Duration::from_millis(400);

/// The plan in the address, if it is one for a file of this name and size.
pub fn plan_for(name: &str, bytes: u64) -> Option<Plan> {
    let hash = window().location().hash().ok()?;
    let fields = UrlSearchParams::new_with_str(hash.trim_start_matches('#')).ok()?;
    let is_of_file = fields.get("file").as_deref() == Some(name) && fields.get("bytes")?.parse() == Ok(bytes);
    is_of_file.then(|| Plan::from_fields(|field| fields.get(field)))
}

/// Keeps the plan of `page` in the address, and asks before the page is left with a plan that has not been saved.
pub fn keep_plan(page: Page) {
    let mut write = debounce(PAUSE, move |fields: Option<String>| {
        let location = window().location();
        let whole = || location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
        let address = fields.map_or_else(whole, |fields| format!("#{fields}"));
        // A browser that refuses only forgets the plan at a reload.
        let _ =
            window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
    });
    Effect::new(move |_| {
        let Some(name) = page.files.with(|files| files.as_ref().map(Files::name)) else { return };
        let bytes = page.contents.with(|contents| contents.as_ref().map_or(0, |contents| contents.file_bytes));
        let fields = page.plan.with(Plan::fields);
        write((!fields.is_empty()).then(|| {
            let text = UrlSearchParams::new().ok();
            text.map_or_else(String::new, |text| {
                text.append("file", &name);
                text.append("bytes", &bytes.to_string());
                fields.iter().for_each(|(field, value)| text.append(field, value));
                text.to_string().into()
            })
        }));
    });
    let leaving = window_event_listener(leptos::ev::beforeunload, move |event| {
        if page.is_unsaved() {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
}
