//! Sections that can be linked to.

use leptos::prelude::*;

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
