//! Sections that can be linked to.

use leptos::prelude::*;
use web_sys::{ScrollBehavior, ScrollIntoViewOptions};

/// The heading of the section with this id, which names it as `ID-title`, and a link to that section.
#[component]
pub fn SectionTitle(id: &'static str, title: &'static str) -> impl IntoView {
    view! {
        <div class="heading">
            <h2 id=format!("{id}-title")>{title}</h2>
            <SectionLink id title />
        </div>
    }
}

/// A link to the section with this id, shown while the heading beside it is pointed at, or the link has the focus. It is not
/// part of the heading, which names the section.
#[component]
pub fn SectionLink(id: &'static str, title: &'static str) -> impl IntoView {
    view! {
        <a class="anchor" href=format!("#{id}") aria-label=format!("Link to this section: {title}")>
            "#"
        </a>
    }
}

/// Goes to the section that the page's URL names. The browser has looked for it before it was there.
pub fn scroll_to_linked_section() {
    let Ok(hash) = window().location().hash() else { return };
    if let Some(section) = document().get_element_by_id(hash.trim_start_matches('#')) {
        let options = ScrollIntoViewOptions::new();
        options.set_behavior(ScrollBehavior::Instant);
        section.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
